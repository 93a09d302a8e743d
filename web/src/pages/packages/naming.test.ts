import { assert } from 'chai';
import { guess, trail, within } from './naming.js';

describe('B3 names of packages', () => {
  // prettier-ignore
  const cases: [file: string, name: string, version: string][] = [
    ['tools-1.2.0.tar.gz',      'tools',    '1.2.0'],
    ['web_app-v2.31.4.zip',     'web_app',  '2.31.4'],
    ['report.pdf',              'report.pdf', ''],
    ['lib-1.0.0-rc.1.jar',      'lib',      '1.0.0-rc.1'],
    ['plain.tar.gz',            'plain',    ''],
  ];
  for (const [file, name, version] of cases) it(`are read from ${file}`, () => assert.deepEqual(guess(file), { name, version }));
  it('lead through folders', () => {
    assert.deepEqual(trail('web/static'), [
      { name: 'web', path: 'web' },
      { name: 'static', path: 'web/static' },
    ]);
    assert.isEmpty(trail(''));
    assert.deepEqual([within('', 'a'), within('a', 'b')], ['a', 'a/b']);
  });
});
