import { expect } from 'chai';
import type { LogFields } from '../../shared/logger.js';
import { silentLogger } from '../../shared/logger.js';
import { tellOfLimits, type LimitKeepers } from './limits-here.js';
import type { LimitKind, TaskLimits } from './task-limits.js';

const all: TaskLimits = { processes: 100, memoryBytes: 64 * 2 ** 20, allMemoryBytes: 80 * 2 ** 20, diskBytes: 20 * 2 ** 20 };
const noGroups = 'none: the agent may make no control groups for it';
const memory = '64 MB for each task, 80 MB for all together';
const disk = '20 MB for the workspace of each task';
const keepers = (kept: readonly LimitKind[], more: Partial<LimitKeepers> = {}): LimitKeepers => ({
  kept: new Set(kept),
  processRlimit: undefined,
  isRootWithout: false,
  ...more,
});

// prettier-ignore
const machines: ReadonlyArray<readonly [title: string, limits: TaskLimits, by: LimitKeepers, level: 'info' | 'warn', fields: LogFields]> = [
  ['control groups keep all',                all, keepers(['processes', 'memory', 'allMemory']), 'info', { processes: '100 for each task', memory, disk }],
  ['control groups count processes only',    all, keepers(['processes']),                        'warn', { processes: '100 for each task', memory: noGroups, disk }],
  ['control groups limit memory only',       all, keepers(['memory', 'allMemory']),              'warn', { processes: noGroups, memory, disk }],
  ['all tasks together have no group',       all, keepers(['processes', 'memory']),              'info', { processes: '100 for each task', memory: '64 MB for each task, no limit for all together', disk }],
  ['there are no control groups',            all, keepers([]),                                   'warn', { processes: noGroups, memory: noGroups, disk }],
  ['an attempt counts its own processes',    all, keepers([], { processRlimit: { processes: 90, counts: 'attempt' } }), 'warn', { processes: '90 for each task, without control groups', memory: noGroups, disk }],
  ['tasks have a user of their own',         all, keepers([], { processRlimit: { processes: 90, counts: 'user' } }),    'warn', { processes: '90 for all tasks together, without control groups', memory: noGroups, disk }],
  ['nothing is limited, and nothing could',  {},  keepers([]),                                   'info', { processes: 'no limit is set', memory: 'no limit is set', disk: 'no limit is set' }],
  ['only processes are, by their user',      { processes: 100 }, keepers([], { processRlimit: { processes: 100, counts: 'user' } }), 'info', { processes: '100 for all tasks together, without control groups', memory: 'no limit is set', disk: 'no limit is set' }],
  ['tasks are root without isolation',       all, keepers(['processes', 'memory', 'allMemory'], { isRootWithout: true }), 'info', { processes: '100 for each task', memory, disk, detail: 'without isolation a task of root can leave the control groups' }],
  ['they are, and there are no groups',      all, keepers([], { isRootWithout: true }),          'warn', { processes: noGroups, memory: noGroups, disk }],
];

describe('A8 the line about limits at the start of the agent', () => {
  for (const [title, limits, by, level, fields] of machines)
    it(`is right where ${title}`, () => {
      const lines: unknown[] = [];
      const note = (own: string) => (text: string, told?: LogFields) => void lines.push([own, text, told]);
      tellOfLimits(limits, by, { ...silentLogger, info: note('info'), warn: note('warn') });
      expect(lines).to.deep.equal([[level, 'limits of tasks outside of containers', fields]]);
    });
});
