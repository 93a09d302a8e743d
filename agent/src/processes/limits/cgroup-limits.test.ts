import { expect } from 'chai';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hitLimit } from './cgroup-limits.js';

// prettier-ignore
const groups: ReadonlyArray<readonly [title: string, files: Readonly<Record<string, string>>, kind: string | undefined]> = [
  ['nothing, version 2',                  { 'memory.events': 'max 7\noom 0\noom_kill 0\n', 'pids.events': 'max 0\n' },                                                        undefined],
  ['its memory, version 2',               { 'memory.events': 'max 7\noom 1\noom_kill 1\n' },                                                                                  'memory'],
  ['the memory of all tasks, version 2',  { 'memory.events': 'max 7\noom 0\noom_kill 1\n' },                                                                                  'allMemory'],
  ['its processes',                       { 'pids.events': 'max 3\n' },                                                                                                       'processes'],
  ['nothing, version 1',                  { 'memory.oom_control': 'under_oom 0\noom_kill 0\n', 'memory.max_usage_in_bytes': '67108864\n', 'memory.limit_in_bytes': '67108864\n' }, undefined],
  ['its memory, version 1',               { 'memory.oom_control': 'under_oom 0\noom_kill 1\n', 'memory.max_usage_in_bytes': '67000000\n', 'memory.limit_in_bytes': '67108864\n' }, 'memory'],
  ['the memory of all tasks, version 1',  { 'memory.oom_control': 'under_oom 0\noom_kill 1\n', 'memory.max_usage_in_bytes': '50000000\n', 'memory.limit_in_bytes': '67108864\n' }, 'allMemory'],
];

describe('A8 the limit that the counters of a control group name', () => {
  for (const [title, files, kind] of groups)
    it(`is ${title}`, async () => {
      const folder = await mkdtemp(join(tmpdir(), 'drover-counters-'));
      try {
        for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
        expect(hitLimit([folder])).to.equal(kind);
      } finally {
        await rm(folder, { recursive: true });
      }
    });
});
