import { attemptIdOf } from '@drover/protocol';
import type { Pipeline } from '@drover/protocol/api';
import { makeScript, startRun } from '../../testing/definitions.js';
import type { Farm } from '../../testing/farm.js';
import { manyRegistrations, SimulatedAgents } from '../../testing/simulated/simulated-agents.js';
import type { Stage, Subject } from '../harness/stage.js';
import { percentile } from '../harness/statistics.js';
import { Viewer } from '../harness/viewer.js';

const samples = 100;
const warmUps = 15;
const crowd = 500;

/** How long a person waits: from the request that starts a run to its first output, and to its end. One real agent, one run at a time. */
export const startSubject: Subject = {
  name: 'starts',
  figures: ['first-byte-p50', 'first-byte-p95', 'no-op-p50', 'first-byte-500-p95'],
  limitMs: 300_000,
  async measure(stage) {
    const farm = await stage.farm({ env: manyRegistrations });
    await farm.addAgent({ slots: 4, labels: ['real'] });
    const viewer = await Viewer.open(farm.api);
    stage.owns(() => viewer.close());
    const hello = await makeScript(farm, 'echo hello', { labels: ['real'] });
    const nothing = await makeScript(farm, 'true', { labels: ['real'] });
    if (stage.wants('first-byte-p50', 'first-byte-p95')) {
      await measureRounds({ stage, what: 'first byte', once: () => firstByteMs(farm, viewer, hello) }, (times) => {
        stage.record('first-byte-p50', percentile(times, 50));
        stage.record('first-byte-p95', percentile(times, 95));
      });
    }
    if (stage.wants('no-op-p50'))
      await measureRounds({ stage, what: 'no-op', once: () => finishedMs(farm, viewer, nothing) }, (times) =>
        stage.record('no-op-p50', percentile(times, 50)),
      );
    if (!stage.wants('first-byte-500-p95')) return;
    stage.say(`connecting ${crowd} simulated agents`);
    const agents = await SimulatedAgents.register(farm, { count: crowd });
    stage.owns(() => agents.close());
    await agents.connect();
    await measureRounds({ stage, what: `first byte with ${crowd} agents`, once: () => firstByteMs(farm, viewer, hello) }, (times) =>
      stage.record('first-byte-500-p95', percentile(times, 95)),
    );
  },
};

async function measureRounds(
  { stage, what, once }: { readonly stage: Stage; readonly what: string; readonly once: () => Promise<number> },
  take: (times: readonly number[]) => void,
): Promise<void> {
  for (let count = 0; count < warmUps; count += 1) await once();
  for (let round = 1; round <= stage.rounds; round += 1) {
    stage.say(`${what}, round ${round} of ${stage.rounds}`);
    const times: number[] = [];
    while (times.length < samples) times.push(await once());
    take(times);
  }
}

async function firstByteMs(farm: Farm, viewer: Viewer, pipeline: Pipeline): Promise<number> {
  const started = performance.now();
  const { id } = await startRun(farm, pipeline.id);
  const attemptId = attemptIdOf(id, 'work', 1);
  let seen: (ms: number) => void = () => undefined;
  const firstByte = new Promise<number>((resolve) => (seen = resolve));
  await viewer.follow(attemptId, () => seen(performance.now() - started));
  const ms = await firstByte;
  await viewer.unfollow(attemptId);
  await viewer.finished(id);
  return ms;
}

async function finishedMs(farm: Farm, viewer: Viewer, pipeline: Pipeline): Promise<number> {
  const started = performance.now();
  const { id } = await startRun(farm, pipeline.id);
  const run = await viewer.finished(id);
  const ms = performance.now() - started;
  if (run.status !== 'succeeded') throw new Error(`a run that does nothing ended as ${run.status}`);
  return ms;
}
