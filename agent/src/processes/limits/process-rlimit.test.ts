import { expect } from 'chai';
import type { IsolationMode } from '../../executors/executor.js';
import { findProcessRlimit, type ProcessRlimit, type RlimitMeans } from './process-rlimit.js';

const limitsFile = (hard: string) =>
  `Limit   Soft Limit  Hard Limit  Units\nMax processes             1000                 ${hard}                 processes\n`;
const machine: RlimitMeans = {
  uid: 1000,
  ownLimits: () => limitsFile('unlimited'),
  findProgram: (name) => `/usr/bin/${name}`,
  countsByNamespace: () => true,
};

// prettier-ignore
const machines: ReadonlyArray<readonly [title: string, isolation: IsolationMode, means: Partial<RlimitMeans>, found: ProcessRlimit | undefined]> = [
  ['is shared by all tasks that have a user of their own',         'separateUser', { uid: 0 },                                    { processes: 80, counts: 'user' }],
  ['counts each attempt in namespaces of an ordinary user',        'namespaces',   {},                                            { processes: 80, counts: 'attempt' }],
  ['is no higher than what the agent may set',                     'namespaces',   { ownLimits: () => limitsFile('50') },         { processes: 50, counts: 'attempt' }],
  ['is no higher than that for a root without all rights either',  'separateUser', { uid: 0, ownLimits: () => limitsFile('50') }, { processes: 50, counts: 'user' }],
  ['is not set where the kernel counts all of the user together',  'namespaces',   { countsByNamespace: () => false },            undefined],
  ['is not set in namespaces of root, whose processes do not count', 'namespaces', { uid: 0 },                                    undefined],
  ['is not set without isolation',                                 'none',         {},                                            undefined],
  ['is not set without prlimit',                                   'separateUser', { uid: 0, findProgram: () => undefined },      undefined],
];

describe('A8 the limit of processes without control groups', () => {
  for (const [title, isolation, means, found] of machines)
    it(title, () => expect(findProcessRlimit(80, isolation, { ...machine, ...means })).to.deep.equal(found));

  it('is not set where none was asked for', () => expect(findProcessRlimit(undefined, 'namespaces', machine)).to.equal(undefined));
});
