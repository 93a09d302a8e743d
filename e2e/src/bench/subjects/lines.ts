import { attemptIdOf } from '@drover/protocol';
import { job, makePipeline, makeProject, makeScript, oneTask, shell, startRun } from '../../testing/definitions.js';
import type { Farm } from '../../testing/farm.js';
import type { Subject } from '../harness/stage.js';
import { percentile } from '../harness/statistics.js';
import { Viewer } from '../harness/viewer.js';

const linesARound = 120;
const busyLogs = 8;
/** What the logs beside it print: far beyond what a build does. */
const busyBytesPerSecond = 2_000_000;

/** How soon a printed line is seen by somebody who watches: each line says when it was printed. */
export const lineSubject: Subject = {
  name: 'lines',
  figures: ['line-idle', 'line-busy'],
  limitMs: 180_000,
  async measure(stage) {
    const farm = await stage.farm();
    await farm.addAgent({ slots: busyLogs + 1 });
    const viewer = await Viewer.open(farm.api);
    stage.owns(() => viewer.close());
    const script = `for i in $(seq ${linesARound}); do echo "at $EPOCHREALTIME"; sleep 0.0$((RANDOM % 90 + 10)); done`;
    const clock = (await makeScript(farm, script)).id;
    for (let round = 1; stage.wants('line-idle') && round <= stage.rounds; round += 1) {
      stage.say(`idle, round ${round} of ${stage.rounds}`);
      stage.record('line-idle', percentile(await delaysOf(farm, viewer, clock), 95));
    }
    if (!stage.wants('line-busy')) return;
    const runs = await startBusy(farm);
    for (let round = 1; round <= stage.rounds; round += 1) {
      stage.say(`beside ${busyLogs} logs of ${busyBytesPerSecond / 1_000_000} MB/s, round ${round} of ${stage.rounds}`);
      stage.record('line-busy', percentile(await delaysOf(farm, viewer, clock), 95));
    }
    for (const id of runs) await farm.api.post(`/runs/${id}/stop`, {});
  },
};

async function startBusy(farm: Farm): Promise<readonly string[]> {
  const script = `while :; do { yes 'a line of a busy log' || :; } | head -c ${busyBytesPerSecond / 20}; sleep 0.05; done`;
  const pipeline = await makePipeline(farm, await makeProject(farm), {
    jobs: [job('busy', [shell(script)])],
    pipeline: oneTask('busy', 'busy', { concurrency: { maxRuns: busyLogs, whenFull: 'queue' } }),
  });
  const runs: string[] = [];
  while (runs.length < busyLogs) runs.push((await startRun(farm, pipeline.id)).id);
  return runs;
}

/** Milliseconds from the printing of each line to its arrival. */
async function delaysOf(farm: Farm, viewer: Viewer, pipelineId: string): Promise<readonly number[]> {
  const { id } = await startRun(farm, pipelineId);
  const attemptId = attemptIdOf(id, 'work', 1);
  const delays: number[] = [];
  let rest = '';
  await viewer.follow(attemptId, ({ bytes }) => {
    const now = performance.timeOrigin + performance.now();
    const lines = (rest + Buffer.from(bytes).toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const text of lines) delays.push(now - Number(text.replace(/^at /, '')) * 1_000);
  });
  await viewer.finished(id);
  await viewer.unfollow(attemptId);
  if (delays.length < linesARound * 0.95) throw new Error(`of ${linesARound} lines only ${delays.length} were seen`);
  return delays;
}
