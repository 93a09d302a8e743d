import { assert } from 'chai';
import { asId, type PackageId } from '@drover/protocol';
import { expiredPackages, type Retained, type RetentionPolicy } from './retention.js';

const day = 86_400_000;
const now = 100 * day;
const file = (id: string, name: string, version: string, ageDays: number): Retained => ({
  _id: asId<PackageId>(id),
  directory: '',
  name,
  version,
  createdAt: now - ageDays * day,
});
const packages = [
  file('a1', 'a', '1', 50),
  file('a1doc', 'a', '1', 49),
  file('a2', 'a', '2', 20),
  file('a3', 'a', '3', 1),
  file('b1', 'b', '1', 90),
];

// prettier-ignore
const cases: Array<[title: string, policy: RetentionPolicy, gone: string[]]> = [
  ['keeps all without a limit',                          {},                                  []],
  ['keeps the newest versions with all their files',     { keepVersions: 2 },                 ['a1', 'a1doc']],
  ['lets old versions go but never the newest',          { keepDays: 10 },                    ['a2', 'a1', 'a1doc']],
  ['goes by the youngest file of a version',             { keepDays: 49.5 },                  []],
  ['deletes what either limit deletes',                  { keepVersions: 1, keepDays: 1_000 }, ['a2', 'a1', 'a1doc']],
  ['never lets the only version go',                     { keepVersions: 0, keepDays: 0 },    ['a2', 'a1', 'a1doc']],
];

describe('B3 retention of packages', () => {
  for (const [title, policy, gone] of cases) {
    it(title, () => assert.sameMembers([...expiredPackages(packages, policy, now)], gone));
  }
});
