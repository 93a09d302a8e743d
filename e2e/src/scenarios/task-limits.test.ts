import type { AgentView, Pipeline } from '@drover/protocol/api';
import type { JobDefinition, PipelineDefinition } from '@drover/protocol/definition';
import { skipBecause } from '@drover/protocol/testing';
import { expect } from 'chai';
import { job, makePipeline, makeProject, shell, startRun } from '../testing/definitions.js';
import { Farm } from '../testing/farm.js';

const env = { DROVER_AGENT_MAX_PROCESSES: '100', DROVER_AGENT_MAX_MEMORY_MB: '64', DROVER_AGENT_MAX_DISK_MB: '20' };

/** Not endless, for the case that nothing holds it. */
const bomb = 'bomb() { [ "$1" = 0 ] || bomb $(($1 - 1)) | bomb $(($1 - 1)) & sleep 1000; }; bomb 7';

/** What a task does, and the reason that it ends with. */
// prettier-ignore
const hogs = [
  ['forks', bomb, 'processLimit'],
  ['eats',  'head -c 500M /dev/zero | tail -c 400M | wc -c; sleep 1000',           'memoryLimit'],
  ['fills', 'for i in {1..400}; do head -c 100K /dev/urandom >$i; done; sleep 1000', 'diskLimit'],
] as const;

describe('A8 tasks that use more than their share', function () {
  this.timeout(120_000);
  let farm: Farm;
  before(async () => {
    farm = await Farm.start();
    await farm.addAgent({ name: 'worker', slots: 4, env });
  });
  after(() => farm.close());

  const stage = (names: readonly string[]): PipelineDefinition['stages'] => [
    {
      key: 'main',
      name: 'Main',
      mode: 'parallel',
      tasks: names.map((name) => ({ key: name, name, type: 'build', job: name })),
    },
  ];
  const make = async (jobs: readonly JobDefinition[]): Promise<Pipeline> =>
    makePipeline(farm, await makeProject(farm), {
      jobs,
      pipeline: { name: 'hogs', sources: [], parameters: [], stages: stage(jobs.map(({ name }) => name)) },
    });

  it('end with the limit as their reason, run their always steps, and disturb neither agent nor neighbours', async function () {
    if (farm.agents.get('worker')?.lines.some((line) => /limits of tasks .*"none: /.test(line)))
      skipBecause(this, 'control groups with limits cannot be made on this machine');
    const calm = job('calm', [shell('for i in {1..5}; do seq 1000 | tac | tail -1; sleep 0.2; done')]);
    const pipeline = await make([
      ...hogs.map(([name, script]) => job(name, [shell(script), shell('seq 3 | tac', { always: true })])),
      calm,
    ]);
    const run = await startRun(farm, pipeline.id);
    await farm.finished(run.id);
    for (const [name, , code] of hogs) {
      const [attempt] = await farm.attempts(run.id, name);
      expect(attempt?.reason?.code, name).to.equal(code);
      expect(
        attempt?.steps.map(({ outcome }) => outcome),
        name,
      ).to.deep.equal(['failed', 'succeeded']);
    }
    const attempts = await farm.attempts(run.id, 'calm');
    expect(attempts.map(({ outcome }) => outcome)).to.deep.equal(['succeeded']);
    const agents = await farm.api.get<readonly AgentView[]>('/agents');
    expect(agents.map(({ name, status }) => `${name} ${status}`)).to.deep.equal(['worker online']);
  });
});
