import { createHash, randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { job, makePipeline, makeProject, shell, startRun } from '../definitions.js';
import { Farm } from '../farm.js';
import { manyRegistrations, SimulatedAgents } from './simulated-agents.js';

describe('simulated agents against a real controller', function () {
  this.timeout(120_000);
  const output = randomBytes(300_000);
  let farm: Farm;
  let agents: SimulatedAgents;
  before(async () => {
    farm = await Farm.start({ env: manyRegistrations });
    agents = await SimulatedAgents.register(farm, { count: 50, slots: 2, play: { output, lastsMs: 700 } });
    await agents.connect();
  });
  after(async () => {
    agents.close();
    await farm.close();
  });

  it('take all tasks of a wide run, and what they print is stored byte for byte', async () => {
    const run = await farm.finished((await startRun(farm, (await wide(60)).id)).id);
    expect(run.status).to.equal('succeeded');
    expect([...new Set(agents.begun.values())]).to.deep.equal([1]);
    const [attempt] = await farm.attempts(run.id, 't7');
    expect(digest(await farm.log(attempt?.id ?? ''))).to.equal(digest(output));
  });

  it('keep their attempts and logs over a cut connection and a killed controller', async () => {
    const run = await startRun(farm, (await wide(90)).id);
    agents.cut();
    await agents.allReady();
    farm.controller.kill('SIGKILL');
    await farm.controller.ended;
    await farm.restartController();
    await agents.allReady();
    expect((await farm.finished(run.id)).status).to.equal('succeeded');
    expect([...new Set(agents.begun.values())]).to.deep.equal([1]);
    const [attempt] = await farm.attempts(run.id, 't89');
    expect(digest(await farm.log(attempt?.id ?? ''))).to.equal(digest(output));
  });

  const wide = async (tasks: number) =>
    makePipeline(farm, await makeProject(farm), {
      jobs: [job('one', [shell('true')])],
      pipeline: {
        name: 'wide',
        sources: [],
        parameters: [],
        stages: [
          {
            key: 'main',
            name: 'Main',
            mode: 'parallel',
            tasks: Array.from({ length: tasks }, (_, index) => ({ key: `t${index}`, name: `Task ${index}`, type: 'build', job: 'one' })),
          },
        ],
      },
    });
});

const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
