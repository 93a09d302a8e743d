import { expect } from 'chai';
import { exposedSecret, type NamedUpload } from './exposed-secret.js';

const plain: NamedUpload = { files: ['dist/app.tar.gz', 'notes 1.txt'], package: 'app', version: '1.0.1', directory: 'releases' };

describe('P3 coordinates and file names of a package', () => {
  // prettier-ignore
  const cases: ReadonlyArray<readonly [title: string, change: Partial<NamedUpload>, secrets: readonly string[], field: string | undefined]> = [
    ['without a secret',                 {},                                     ['hunter22'],     undefined],
    ['with one as the package',          { package: 'hunter22' },                ['hunter22'],     'package'],
    ['with one inside the version',      { version: '1.0-hunter22-rc' },         ['hunter22'],     'version'],
    ['with one in the directory',        { directory: 'a/hunter22/b' },          ['hunter22'],     'directory'],
    ['with one in a file name',          { files: ['a', 'dist/hunter22.jar'] },  ['hunter22'],     'files'],
    ['with one that ends in a line end', { version: 'hunter22' },                ['hunter22\n'],   'version'],
    ['with one among others',            { version: 'hunter22' },                ['other-secret', 'hunter22'], 'version'],
    ['with one in base64',               { version: `1.0-${Buffer.from('hunter22!').toString('base64url')}` }, ['hunter22!'], 'version'],
    ['with one URL-encoded',             { files: ['a/hunter%2022.txt'] },       ['hunter 22'],    'files'],
    ['with one in hexadecimal',          { package: Buffer.from('hunter22').toString('hex') }, ['hunter22'], 'package'],
    ['with a line of one',               { directory: 'x/s3cr3t-L1ne' },         ['first: 1\ns3cr3t-L1ne\n'], 'directory'],
    ['with a token of one',              { version: 'npm_a1B2c3D4e5F6g7H8i9J0' }, ['//r.example/:_authToken=npm_a1B2c3D4e5F6g7H8i9J0\nx=y'], 'version'],
    ['with one too short to count',      { version: '1.0.1' },                   ['1', '', '1.0.1'], undefined],
  ];
  for (const [title, change, secrets, field] of cases)
    it(title, () => expect(exposedSecret({ ...plain, ...change }, secrets)).to.equal(field));
});
