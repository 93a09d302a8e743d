import type { AttemptView, Pipeline } from '@drover/protocol/api';
import { attemptIdOf } from '@drover/protocol';
import { makeScript, startRun } from '../../testing/definitions.js';
import type { Farm } from '../../testing/farm.js';
import { printing } from '../harness/log-line.js';
import type { Stage, Subject } from '../harness/stage.js';
import { Viewer } from '../harness/viewer.js';

const oneBytes = 256_000_000;
const eachOfEightBytes = 64_000_000;

/** How fast logs come in: from real processes through a real agent, durable, complete, with their digest agreed on. */
export const logSubject: Subject = {
  name: 'logs',
  figures: ['log-one', 'log-eight'],
  limitMs: 240_000,
  async measure(stage) {
    const farm = await stage.farm();
    await farm.addAgent({ slots: 8 });
    await farm.api.put('/settings', { ...(await farm.api.get<object>('/settings')), logLimitBytes: 2 * oneBytes });
    const viewer = await Viewer.open(farm.api);
    stage.owns(() => viewer.close());
    const run = { stage, farm, viewer };
    if (stage.wants('log-one')) await measureLogs(run, { figure: 'log-one', count: 1, bytes: oneBytes });
    if (stage.wants('log-eight')) await measureLogs(run, { figure: 'log-eight', count: 8, bytes: eachOfEightBytes });
  },
};

interface Running {
  readonly stage: Stage;
  readonly farm: Farm;
  readonly viewer: Viewer;
}

async function measureLogs(
  { stage, farm, viewer }: Running,
  { figure, count, bytes }: { readonly figure: 'log-one' | 'log-eight'; readonly count: number; readonly bytes: number },
): Promise<void> {
  const pipelines: Pipeline[] = [];
  while (pipelines.length < count) pipelines.push(await makeScript(farm, printing(bytes)));
  for (let round = 1; round <= stage.rounds; round += 1) {
    stage.say(`${count} × ${bytes / 1_000_000} MB, round ${round} of ${stage.rounds}`);
    const started = performance.now();
    await Promise.all(
      pipelines.map(async ({ id }) => {
        const run = await viewer.finished((await startRun(farm, id)).id);
        if (run.status !== 'succeeded') throw new Error(`a run that prints ended as ${run.status}`);
        await expectComplete(farm, attemptIdOf(run.id, 'work', 1), bytes);
      }),
    );
    stage.record(figure, (count * bytes) / 1_000 / (performance.now() - started));
  }
}

/** All bytes are stored and can be read: their number, the digest that the agent stated, the last line. */
async function expectComplete(farm: Farm, attemptId: string, bytes: number): Promise<void> {
  const { log } = await farm.api.get<AttemptView>(`/attempts/${attemptId}`);
  if (log.state !== 'complete' || log.sizeBytes !== bytes) throw new Error(`a log of ${bytes} bytes is ${JSON.stringify(log)}`);
  const tail = await farm.api.raw('GET', `/attempts/${attemptId}/log/raw`, { headers: { range: 'bytes=-10' } });
  if ((await tail.text()).length !== 10) throw new Error('the end of a log cannot be read');
}
