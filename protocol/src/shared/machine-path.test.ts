import { assert } from 'chai';
import { machinePath } from './machine-path.js';

describe('the PATH of the machine', () => {
  // prettier-ignore
  const cases: ReadonlyArray<[title: string, path: string, kept: string]> = [
    ['what npm puts before it',      '/c/node_modules/.bin:/tmp/node_modules/.bin:/node_modules/.bin:/usr/lib/node_modules/npm/node_modules/@npmcli/run-script/lib/node-gyp-bin:/usr/bin:/bin', '/usr/bin:/bin'],
    ['folders that are relative',    '.:bin::/usr/bin:',                                                                                           '/usr/bin'],
    ['nothing of a usual one',       '/home/x/.cargo/bin:/usr/local/bin:/usr/bin',                                                                 '/home/x/.cargo/bin:/usr/local/bin:/usr/bin'],
    ['nothing of similar names',     '/opt/node_modules/tool/bin:/opt/.bin',                                                                       '/opt/node_modules/tool/bin:/opt/.bin'],
  ];
  for (const [title, path, kept] of cases) it(`loses ${title}`, () => assert.equal(machinePath(path), kept));
});
