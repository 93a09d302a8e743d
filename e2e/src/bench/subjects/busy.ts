import type { JobDefinition, PipelineDefinition } from '@drover/protocol/definition';
import type { Page, Pipeline, RunSummary } from '@drover/protocol/api';
import { job, makePipeline, makeProject, oneTask, shell, startRun } from '../../testing/definitions.js';
import type { Farm } from '../../testing/farm.js';
import { manyRegistrations, SimulatedAgents } from '../../testing/simulated/simulated-agents.js';
import { delay } from '../harness/processes.js';
import type { Stage, Subject } from '../harness/stage.js';
import { Viewer } from '../harness/viewer.js';

/** As many tasks as one stage takes. */
const width = 256;
const runsARound = { 'wide-run': 4, 'real-agents': 1 };
const simulated = { count: 64, slots: 4, labels: ['simulated'] };
const realAgents = 8;
const slotsOfReal = 4;

const singles = 1_500;
/** Starts under way at once. */
const callers = 32;
/** A pipeline runs at most 100 at a time. */
const pipelinesOfSingles = 8;

/** How much goes through: wide runs, many runs of one task, and wide runs on real agents. */
export const busySubject: Subject = {
  name: 'busy',
  figures: ['wide-run', 'single-runs', 'real-agents'],
  limitMs: 300_000,
  async measure(stage) {
    if (stage.wants('wide-run', 'single-runs')) await measureSimulated(stage);
    if (stage.wants('real-agents')) await measureReal(stage);
  },
};

async function measureSimulated(stage: Stage): Promise<void> {
  const farm = await stage.farm({ env: manyRegistrations });
  const agents = await SimulatedAgents.register(farm, simulated);
  stage.owns(() => agents.close());
  await agents.connect();
  const jobs = [job('nothing', [shell('true')], { labels: simulated.labels })];
  if (stage.wants('wide-run')) await measureWide(stage, farm, jobs, 'wide-run');
  if (stage.wants('single-runs')) await measureSingles(stage, farm, jobs);
}

async function measureReal(stage: Stage): Promise<void> {
  const farm = await stage.farm();
  for (let count = 1; count <= realAgents; count += 1) {
    stage.say(`agent ${count} of ${realAgents}`);
    await farm.addAgent({ slots: slotsOfReal, labels: ['real'] });
  }
  await measureWide(stage, farm, [job('nothing', [shell('true')], { labels: ['real'] })], 'real-agents');
}

async function measureWide(stage: Stage, farm: Farm, jobs: readonly JobDefinition[], figure: 'wide-run' | 'real-agents'): Promise<void> {
  const pipeline = await makePipeline(farm, await makeProject(farm), { jobs, pipeline: wide(width) });
  const viewer = await Viewer.open(farm.api);
  stage.owns(() => viewer.close());
  const once = async (): Promise<void> => {
    const run = await viewer.finished((await startRun(farm, pipeline.id)).id);
    if (run.status !== 'succeeded') throw new Error(`a wide run ended as ${run.status}`);
  };
  for (let count = 0; count < runsARound[figure]; count += 1) await once(); // warms up
  for (let round = 1; round <= stage.rounds; round += 1) {
    stage.say(`${figure}, round ${round} of ${stage.rounds}`);
    const started = performance.now();
    for (let count = 0; count < runsARound[figure]; count += 1) await once();
    stage.record(figure, (runsARound[figure] * width * 1_000) / (performance.now() - started));
  }
}

const wide = (tasks: number): PipelineDefinition => ({
  name: 'wide',
  sources: [],
  parameters: [],
  stages: [
    {
      key: 'main',
      name: 'Main',
      mode: 'parallel',
      tasks: Array.from({ length: tasks }, (_, index) => ({ key: `t${index}`, name: `Task ${index}`, type: 'build', job: 'nothing' })),
    },
  ],
});

async function measureSingles(stage: Stage, farm: Farm, jobs: readonly JobDefinition[]): Promise<void> {
  const project = await makeProject(farm);
  const pipelines: Pipeline[] = [];
  for (let count = 1; count <= pipelinesOfSingles; count += 1) {
    const definition = oneTask(`single ${count}`, 'nothing', { concurrency: { maxRuns: 100, whenFull: 'queue' } });
    pipelines.push(await makePipeline(farm, project, { jobs: count === 1 ? jobs : [], pipeline: definition }));
  }
  await startAll(farm, pipelines, singles / 5); // warms up
  await allEnded(farm, pipelines);
  for (let round = 1; round <= stage.rounds; round += 1) {
    stage.say(`single-runs, round ${round} of ${stage.rounds}`);
    const started = performance.now();
    await startAll(farm, pipelines, singles);
    await allEnded(farm, pipelines);
    stage.record('single-runs', (singles * 1_000) / (performance.now() - started));
  }
}

async function startAll(farm: Farm, pipelines: readonly Pipeline[], count: number): Promise<void> {
  let next = 0;
  const caller = async (): Promise<void> => {
    while (next < count) {
      const pipeline = pipelines[next % pipelines.length];
      next += 1;
      if (pipeline !== undefined) await startRun(farm, pipeline.id);
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
}

/** Asks rarely enough not to be a load of its own. */
const askEveryMs = 20;

async function allEnded(farm: Farm, pipelines: readonly Pipeline[]): Promise<void> {
  for (const { id } of pipelines) {
    for (const status of ['queued', 'running'] as const) while ((await countOf(farm, id, status)) > 0) await delay(askEveryMs);
  }
}

const countOf = async (farm: Farm, pipelineId: string, status: string): Promise<number> =>
  (await farm.api.get<Page<RunSummary>>(`/pipelines/${pipelineId}/runs?status=${status}&pageSize=1`)).total;
