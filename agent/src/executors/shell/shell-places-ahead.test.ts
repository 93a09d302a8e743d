import { expect } from 'chai';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ticksNow } from '../../processes/process-table.js';
import { collect } from '../executor.contract.js';
import type { AttemptEnvironment, StepCommand } from '../executor.js';
import { createShellExecutor } from './shell-executor.js';
import { skipWithoutPlaces } from '../../testing/places.js';
import { testMarker } from '../../testing/test-marker.js';

describe('G10 a place with a terminal that were made ahead', () => {
  let workspace = '';
  let environment: AttemptEnvironment;
  const executor = createShellExecutor({ hidePaths: () => [] });
  const signal = new AbortController().signal;
  before(skipWithoutPlaces);
  beforeEach(async () => {
    workspace = await mkdtemp(join(tmpdir(), 'drover-ahead-'));
    await executor.ahead?.prepare({ agentMarker: testMarker, workspaceHostPath: workspace });
  });
  afterEach(async () => {
    await environment.close();
    await rm(workspace, { recursive: true });
  });

  const open = async () => {
    const options = {
      attemptId: basename(workspace),
      agentMarker: testMarker,
      workspaceHostPath: workspace,
      isolation: 'namespaces' as const,
      signal,
    };
    environment = await executor.open({ ...options, onNotice: () => undefined });
  };
  const start = (script: string, more: Partial<StepCommand> = {}) =>
    environment.start({ argv: ['bash', '-c', script], env: { PATH: process.env['PATH'] ?? '' }, cwd: workspace, ...more });

  it('let the first step be asked to end, however long they have stood', async function () {
    const madeAt = ticksNow();
    while (ticksNow() - madeAt < 250) await delay(50); // until an attempt that begins now counts as younger than its place
    await open();
    const step = await start('trap "echo asked; exit 4" TERM; echo ready; while :; do sleep 0.01; done');
    const ended = collect(step);
    await once(step.output, 'data');
    step.stop(10_000);
    const { bytes, exit } = await ended;
    expect(exit).to.deep.equal({ kind: 'exited', exitCode: 4 });
    expect(bytes.toString()).to.match(/^ready\n(Terminated\n)?asked\n$/); // a shell may tell of its sleep
  });

  it('give the first step a terminal of the size that it wants', async () => {
    await open();
    const sizes = [await start('stty size <&1', { columns: 80, rows: 24 }), await start('stty size <&1')];
    expect((await Promise.all(sizes.map(collect))).map(({ bytes }) => bytes.toString())).to.deep.equal(['24 80\n', '10000 120\n']);
  });

  it('hand a step of any length to the process that waits for it', async () => {
    await open();
    const long = 'x'.repeat(90_000);
    const env = Object.fromEntries(['A', 'B', 'C', 'D'].map((name) => [name, `${long}${name}`]));
    const step = await start('echo ${#A} ${#B} ${#C} ${D: -2}', { env: { PATH: process.env['PATH'] ?? '', ...env } });
    expect((await collect(step)).bytes.toString()).to.equal('90001 90001 90001 xD\n');
  });
});
