import { expect } from 'chai';
import type { Match } from './globs.js';
import { nameMatches } from './file-names.js';

/** A path that ends in `/` is a folder; letters are bytes. */
const match = (path: string): Match => ({
  names: path
    .replace(/\/$/, '')
    .split('/')
    .map((name) => Buffer.from(name, 'latin1')),
  kind: path.endsWith('/') ? 'folder' : 'file',
});

// prettier-ignore
const cases: ReadonlyArray<readonly [title: string, paths: readonly string[], names: readonly string[] | RegExp]> = [
  ['are their own names',                        ['out/a.zip', 'dist/', 'b'],                     ['a.zip', 'dist.tar.gz', 'b']],
  ['keep their folders where they are the same', ['a/report.xml', 'b/report.xml'],                ['a/report.xml', 'b/report.xml']],
  ['keep them below the common folder',          ['x/y/a/r', 'x/y/b/c/r', 'z/single', 'x/y/r'],   ['a/r', 'b/c/r', 'single', 'r']],
  ['have one common folder for all',             ['m/a/x', 'm/b/x', 'm/a/y', 'n/a/y'],            ['m/a/x', 'm/b/x', 'm/a/y', 'n/a/y']],
  ['of folders keep theirs too',                 ['a/dist/', 'b/dist/'],                          ['a/dist.tar.gz', 'b/dist.tar.gz']],
  ['are refused where they stay the same',       ['dist/', 'dist.tar.gz'],                        /“dist” and “dist.tar.gz” would both be called “dist.tar.gz”/],
  ['are text',                                   ['a\xe9'],                                       /not UTF-8/],
  ['may pass a folder that is no text',          ['d\xe9p/report.xml'],                           ['report.xml']],
  ['are text with their folders',                ['d\xe9p/x', 'b/x'],                             /not UTF-8/],
  ['hold no backslash',                          ['a\\..\\b'],                                    /“\\” or a control character/],
  ['hold no line break',                         ['a\nb'],                                        /“\\” or a control character/],
  ['are no longer than the controller takes',    [`a/${'f/'.repeat(250)}x`, 'b/x'],               /more than 400 characters/],
  ['are not longer for being packed',            [`${'f'.repeat(250)}/`],                         /more than 255 characters/],
  ['are not longer for being packed with their folders', [`a/${'f'.repeat(250)}/`, `b/${'f'.repeat(250)}/`], /more than 255 characters/],
  ['are no drives of Windows',                   ['C:/x', 'D:/x'],                                /begins like a drive/],
];

describe('B4 names of files in a package', () => {
  for (const [title, paths, names] of cases) {
    it(title, () => {
      const named = nameMatches(paths.map(match));
      if (names instanceof RegExp) expect(named.ok ? '' : named.reason).to.match(names);
      else expect(named.ok && named.files.map(({ fileName }) => fileName)).to.deep.equal(names);
    });
  }
});
