import { assert } from 'chai';
import { contentDisposition } from './attachment.js';

// prettier-ignore
const cases: Array<[fileName: string, expected: string]> = [
  ['app.tar.gz',   `attachment; filename="app.tar.gz"; filename*=UTF-8''app.tar.gz`],
  ['a "b".zip',    `attachment; filename="a _b_.zip"; filename*=UTF-8''a%20%22b%22.zip`],
  ['包.zip',        `attachment; filename="_.zip"; filename*=UTF-8''%E5%8C%85.zip`],
  ['a/report.xml', `attachment; filename="a_report.xml"; filename*=UTF-8''a_report.xml`],
  ['..\\..\\x',     `attachment; filename=".._.._x"; filename*=UTF-8''.._.._x`],
  [`it's(1)*.gz`,  `attachment; filename="it's(1)*.gz"; filename*=UTF-8''it%27s%281%29%2A.gz`],
];

describe('B3 the name that a download is saved under', () => {
  for (const [fileName, expected] of cases) {
    it(`${fileName} survives old and new clients`, () => assert.equal(contentDisposition(fileName), expected));
  }
});
