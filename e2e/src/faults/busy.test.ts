import { spawn, type ChildProcess } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { AgentView } from '@drover/protocol/api';
import { expect } from 'chai';
import { makeScript, startRun } from '../testing/definitions.js';
import { Farm } from '../testing/farm.js';
import { msUntil, setting } from './signs/measures.js';

const busyMs = setting('DROVER_FAULTS_BUSY_SECONDS', 60) * 1_000;
const cores = availableParallelism();

describe(`G14 a machine whose ${cores} cores all spin`, function () {
  this.timeout(busyMs + 120_000);
  let farm: Farm;
  const others: ChildProcess[] = [];
  before(async () => {
    farm = await Farm.start();
    await farm.addAgent({ name: 'busy', slots: cores * 2 });
  });
  after(async () => {
    for (const other of others) other.kill('SIGKILL');
    await farm?.close();
  });

  it('holds its heartbeats: the agent is never seen to be silent, and a stop arrives', async () => {
    const spinning = await makeScript(farm, 'echo on; while :; do :; done');
    const runs = [];
    for (let index = 0; index < Math.min(cores * 2, 5); index += 1) runs.push(await startRun(farm, spinning.id));
    // Others on the machine, who are not held back as tasks are.
    for (let index = 0; index < cores * 2; index += 1) others.push(spawn('bash', ['-c', 'while :; do :; done'], { stdio: 'ignore' }));
    await delay(busyMs); // how long it is busy is what is tried
    const stopMs = await msUntil(
      Promise.all(
        runs.map(async ({ id }) => {
          await farm.api.post(`/runs/${id}/stop`, {});
          return farm.finished(id);
        }),
      ),
    );
    const [agent] = await farm.api.get<readonly AgentView[]>('/agents');
    process.stdout.write(`${runs.length} spinning tasks stopped within ${Math.round(stopMs)} ms of a busy machine\n`);
    expect(agent?.status).to.equal('online');
    const said = [...farm.controller.lines, ...(farm.agents.get('busy')?.lines ?? [])].filter((line) =>
      /agent disconnected|no link to the controller/.test(line),
    );
    expect(said).to.deep.equal([]);
    expect(stopMs).to.be.at.most(20_000);
  });
});
