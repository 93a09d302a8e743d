import { expect } from 'chai';
import { mendedKey, mendedKnownHosts } from './key-text.js';

const [begin, end] = ['-----BEGIN OPENSSH PRIVATE KEY-----', '-----END OPENSSH PRIVATE KEY-----'];
const key = `${begin}\nb3BlbnNz\naC1rZXk=\n${end}\n`;

describe('B6 a pasted SSH key', () => {
  // prettier-ignore
  const cases: ReadonlyArray<readonly [title: string, pasted: string]> = [
    ['as it should be',          key],
    ['with CR LF',               key.replaceAll('\n', '\r\n')],
    ['with CR alone',            key.replaceAll('\n', '\r')],
    ['without its last newline', key.trimEnd()],
    ['with blank lines around',  `\n\n${key}\n \n`],
    ['with blank lines inside',  key.replaceAll('\n', '\n\n')],
    ['with spaces at its lines', key.replaceAll('\n', ' \n  ')],
    ['with a byte order mark',   `\uFEFF${key}`],
  ];
  for (const [title, pasted] of cases) it(`is mended: ${title}`, () => expect(mendedKey(pasted)).to.equal(key));

  it('keeps the blank line after the headers of an encrypted key', () => {
    const pem =
      '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nabcd\n-----END RSA PRIVATE KEY-----\n';
    expect(mendedKey(pem.replaceAll('\n', '\r\n'))).to.equal(pem);
  });

  it('stays empty', () => expect([mendedKey(''), mendedKey(' \n'), mendedKnownHosts('\r\n')]).to.deep.equal(['', '', '']));
});
