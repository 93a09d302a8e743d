import type { FigureName } from '../harness/figures.js';
import { printing } from '../harness/log-line.js';
import { delay, memoryOf } from '../harness/processes.js';
import type { Stage, Subject } from '../harness/stage.js';
import { percentile } from '../harness/statistics.js';
import { Buildbot, type BuildbotPlan } from './buildbot.js';

const samples = 50;
const warmUps = 5;
const settleMs = 5_000;
/** Less than Drover is given: Buildbot keeps logs by line in its database. The figure is a rate. */
const logBytes = 16_000_000;

const plan: BuildbotPlan = {
  workers: 8,
  slots: 4,
  scripts: { hello: 'echo hello', nothing: 'true', print: printing(logBytes) },
};
const wide = 256;

/** The figures that mean the same for both: what is measured of Drover by other subjects, measured of Buildbot. */
export const comparable: readonly FigureName[] = [
  'first-byte-p50',
  'first-byte-p95',
  'no-op-p50',
  'real-agents',
  'log-one',
  'controller-memory',
  'agent-memory',
  'agent-start',
];

/** Buildbot with real workers on the same machine, its master told what to do from inside and heard by its own events. */
export const buildbotSubject: Subject = {
  name: 'buildbot',
  figures: comparable,
  limitMs: 600_000,
  async measure(stage) {
    const buildbot = await Buildbot.start(await stage.folder(), plan);
    stage.owns(() => buildbot.close());
    await measureIdle(stage, buildbot);
    if (stage.wants('first-byte-p50', 'first-byte-p95')) await measureStarts(stage, buildbot);
    if (stage.wants('no-op-p50')) await measureNothing(stage, buildbot);
    if (stage.wants('log-one')) await measureLog(stage, buildbot);
    if (stage.wants('real-agents')) await measureWide(stage, buildbot);
  },
};

async function measureIdle(stage: Stage, buildbot: Buildbot): Promise<void> {
  await buildbot.addWorker();
  for (let round = 1; round <= stage.rounds; round += 1) {
    if (!stage.wants('controller-memory', 'agent-memory', 'agent-start')) return;
    stage.say(`idle, round ${round} of ${stage.rounds}`);
    const started = performance.now();
    const worker = await buildbot.restartWorker(0);
    stage.record('agent-start', performance.now() - started);
    await delay(settleMs);
    stage.record('agent-memory', memoryOf(worker.pid).residentBytes / 1_000_000);
    stage.record('controller-memory', memoryOf(buildbot.master.pid).residentBytes / 1_000_000);
  }
}

async function measureStarts(stage: Stage, buildbot: Buildbot): Promise<void> {
  for (let count = 0; count < warmUps; count += 1) await buildbot.run('hello');
  for (let round = 1; round <= stage.rounds; round += 1) {
    stage.say(`first byte, round ${round} of ${stage.rounds}`);
    const times: number[] = [];
    while (times.length < samples) times.push((await buildbot.run('hello')).firstByteMs);
    stage.record('first-byte-p50', percentile(times, 50));
    stage.record('first-byte-p95', percentile(times, 95));
  }
}

async function measureNothing(stage: Stage, buildbot: Buildbot): Promise<void> {
  for (let round = 1; round <= stage.rounds; round += 1) {
    stage.say(`no-op, round ${round} of ${stage.rounds}`);
    const times: number[] = [];
    while (times.length < samples) times.push((await buildbot.run('nothing')).finishedMs);
    stage.record('no-op-p50', percentile(times, 50));
  }
}

async function measureLog(stage: Stage, buildbot: Buildbot): Promise<void> {
  for (let round = 1; round <= stage.rounds; round += 1) {
    stage.say(`log of ${logBytes / 1_000_000} MB, round ${round} of ${stage.rounds}`);
    stage.record('log-one', logBytes / 1_000 / (await buildbot.run('print')).finishedMs);
  }
}

async function measureWide(stage: Stage, buildbot: Buildbot): Promise<void> {
  while (buildbot.workers.length < plan.workers) await buildbot.addWorker();
  await buildbot.run('nothing', wide); // warms up
  for (let round = 1; round <= stage.rounds; round += 1) {
    stage.say(`real-agents, round ${round} of ${stage.rounds}`);
    stage.record('real-agents', (wide * 1_000) / (await buildbot.run('nothing', wide)).finishedMs);
  }
}
