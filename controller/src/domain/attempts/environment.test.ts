import { assert } from 'chai';
import { sampleDefinition, sampleRun } from '../runs/fixtures.js';
import { predefinedOf, repositoryName, timestampOf } from './environment.js';

describe('P9 predefined parameters', () => {
  // prettier-ignore
  const moments: ReadonlyArray<[zone: string, text: string]> = [
    ['UTC',                 '20240229235959'],
    ['Asia/Shanghai',       '20240301075959'],
    ['America/New_York',    '20240229185959'],
    ['Asia/Kathmandu',      '20240301054459'],
  ];
  for (const [zone, text] of moments) it(`has TIMESTAMP in ${zone}`, () => assert.equal(timestampOf(1_709_251_199_000, zone), text));
  it('has midnight as 00', () => assert.equal(timestampOf(1_709_251_200_000, 'UTC'), '20240301000000'));

  // prettier-ignore
  const urls: ReadonlyArray<[url: string, name: string]> = [
    ['https://code.example/team/shop.git',  'shop'],
    ['git@code.example:team/shop.git',      'shop'],
    ['git@code.example:shop',               'shop'],
    ['/srv/git/shop/',                      'shop'],
    ['ssh://git@code.example:22/a/b.c.git', 'b.c'],
  ];
  for (const [url, name] of urls) it(`calls ${url} “${name}”`, () => assert.equal(repositoryName(url), name));

  it('S6 has those of aliases, empty where they do not apply', () => {
    const definition = sampleDefinition([{ tasks: ['a'] }], {
      sources: [{ type: 'git', alias: 'app', url: 'https://code.example/shop.git', defaultBranch: 'main' }],
    });
    const values = predefinedOf(sampleRun(definition, { refs: [{ index: 0, ref: { type: 'tag', name: 'v1' } }] }));
    assert.include(values, { app_REPOSITORY_NAME: 'shop', app_SOURCE_BRANCH: '', app_TAG: 'v1', app_TARGET_BRANCH: '', app_COMMIT_ID: '' });
  });
});
