import { assert } from 'chai';
import { archiveNames } from './archive-names.js';

// prettier-ignore
const cases: Array<[title: string, fileNames: readonly string[], expected: readonly string[]]> = [
  ['stand below their package and version',         ['app.zip'],                                ['p/1/app.zip']],
  ['keep their folders',                            ['a/report.xml', 'b/report.xml'],           ['p/1/a/report.xml', 'p/1/b/report.xml']],
  ['are numbered where a name is taken',            ['x', 'x', 'a/x', 'a/x', 'a/x'],            ['p/1/x', 'p/1/2-x', 'p/1/a/x', 'p/1/a/2-x', 'p/1/a/3-x']],
  ['are never a file and a folder at once',         ['a/x', 'a', 'b', 'b/x', 'b/c/x'],          ['p/1/a/x', 'p/1/2-a', 'p/1/b', 'p/1/b_x', 'p/1/b_c_x']],
];

describe('V5 files in an archive of packages', () => {
  for (const [title, fileNames, expected] of cases) {
    it(title, () => {
      const packages = fileNames.map((fileName) => ({ name: 'p', version: '1', fileName }));
      assert.deepEqual(archiveNames(packages), expected);
    });
  }

  it('are no absolute paths, whatever the package is called', () => {
    assert.deepEqual(archiveNames([{ name: 'C:x', version: '1', fileName: 'y' }]), ['C_x/1/y']);
  });
});
