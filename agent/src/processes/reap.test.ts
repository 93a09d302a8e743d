import { runSource, skipBecause } from '@drover/protocol/testing';
import { expect } from 'chai';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { attemptMarkVariable } from '../executors/executor.js';
import { createShellExecutor } from '../executors/shell/shell-executor.js';
import { groupPrefix, listGroups } from './cgroups.js';
import { detectIsolation } from './isolation.js';
import { readProcess, readProcesses, readVariable } from './process-table.js';

const marked = (marker: string): number[] =>
  readProcesses()
    .filter(({ pid }) => readVariable(pid, attemptMarkVariable)?.startsWith(`${marker}/`) === true)
    .map(({ pid }) => pid);

/** Looks again until the claim holds; says what was there when it does not within 10 s. */
async function eventually(what: () => unknown, wanted: unknown): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (performance.now() < deadline && JSON.stringify(what()) !== JSON.stringify(wanted)) await delay(10);
  expect(what()).to.deep.equal(wanted);
}

describe('G8 what a crashed agent left', () => {
  let workspace = '';
  let marker = '';
  beforeEach(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'drover-reap-'));
    marker = `agent-${randomBytes(5).toString('hex')}`;
  });
  afterEach(() => rm(workspace, { recursive: true, force: true }));

  /** An agent in a process of its own, with one step that started a daemon. */
  async function crashedAgent(isolation: string, ...more: readonly string[]): Promise<void> {
    const script = fileURLToPath(new URL('../testing/agent-with-step.ts', import.meta.url));
    const child = spawn(process.execPath, [...runSource, script, marker, workspace, isolation, ...more], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const ended = once(child, 'close');
    await once(child.stdout, 'data');
    expect(marked(marker)).to.not.deep.equal([]);
    child.kill('SIGKILL');
    await ended;
  }

  it('is killed when it starts again, but not the attempts to keep', async () => {
    await crashedAgent('none');
    const left = marked(marker);
    expect(left).to.not.deep.equal([]);
    const executor = createShellExecutor({ hidePaths: () => [] });
    expect(await executor.reap(marker, new Set(['attempt-1']))).to.deep.equal([]);
    expect(marked(marker)).to.deep.equal(left);
    expect(await executor.reap(marker, new Set())).to.deep.equal(['processes of attempt attempt-1']);
    expect([marked(marker), listGroups(groupPrefix(marker))]).to.deep.equal([[], []]);
  });

  for (const [title, ...more] of [
    ['dies with it where namespaces work'],
    ['dies with it, also when no place could be made any more', 'starved'],
  ])
    it(title ?? '', async function () {
      if (!(await detectIsolation({ folder: tmpdir() })).includes('namespaces')) {
        skipBecause(this, 'namespaces do not work on this machine');
      }
      await crashedAgent('namespaces', ...more);
      await eventually(() => marked(marker), []);
      await createShellExecutor({ hidePaths: () => [] }).reap(marker, new Set());
      expect(listGroups(groupPrefix(marker))).to.deep.equal([]);
    });
});

describe('the table of processes', () => {
  it('knows this process and leaves out those that are gone', () => {
    expect(readProcess(process.pid)).to.include({ pid: process.pid, parent: process.ppid });
    expect(readProcess(2 ** 22 + 1)).to.equal(undefined);
  });
});
