import { chmod } from 'node:fs/promises';
import { expect } from 'chai';
import type { AgentView } from '@drover/protocol/api';
import type { JobDefinition } from '@drover/protocol/definition';
import { skipBecause } from '@drover/protocol/testing';
import { expectNothingLeft } from '../crashes/leftovers.js';
import { makeScript, startRun } from '../testing/definitions.js';
import { Docker, dockerMissing } from '../testing/docker.js';
import { Farm } from '../testing/farm.js';
import { msUntil } from './signs/measures.js';
import { untilPrinted } from './signs/presence.js';
import { commandLinesWith } from './signs/strays.js';

/** What the agent is told to give a task that is stopped, and what it may take beyond. */
const graceMs = 10_000;
const beyondMs = 2_000;
const image = 'farm/busybox:test';

/** Children that do all they can to outlive their task; each sleeps for a number of seconds by which it is known. */
const stubborn = (seconds: number): string =>
  [
    `setsid sleep ${seconds} &`,
    `setsid sh -c 'sleep ${seconds} & exit' &`,
    `(trap '' TERM; exec sleep ${seconds}) &`,
    `env -i PATH="$PATH" setsid sh -c 'sleep ${seconds} & exit' </dev/null >/dev/null 2>&1 &`,
    `(cd / && exec env -i PATH="$PATH" setsid sh -c 'trap "" TERM HUP INT; sleep ${seconds} & sleep ${seconds}' </dev/null >/dev/null 2>&1) &`,
    `trap '' TERM`,
    'echo all begun',
    'while :; do sleep 1 || :; done',
  ].join('\n');
const children = 6;

describe('X3 G11 children that called setsid, forked twice, ignore SIGTERM or cleared their environment', function () {
  this.timeout(120_000);
  let farm: Farm;
  before(async () => {
    const prepare = async (folder: string) => {
      await chmod(folder, 0o711); // a user of their own has to come to the workspaces
      return async () => undefined;
    };
    farm = await Farm.start({ prepare, env: { DROVER_ALLOW_UNISOLATED: 'true' } }); // tasks of the isolation “none” too
  });
  after(() => farm?.close());

  for (const [index, isolation] of ['namespaces', 'separateUser', 'none'].entries()) {
    it(`are gone within the grace time and 2 s when their task is stopped, isolation ${isolation}`, async function () {
      const env = { DROVER_AGENT_ISOLATION: isolation, DROVER_AGENT_TASK_USER: 'nobody' };
      await farm.addAgent({ name: isolation, labels: [isolation], env }).catch((error: unknown) => {
        if (!(error instanceof Error && error.message.includes('does not work on this machine'))) throw error;
        skipBecause(this, `the isolation ${isolation}`);
      });
      const [agent] = (await farm.api.get<readonly AgentView[]>('/agents')).filter(({ name }) => name === isolation);
      expect(agent?.facts.isolation).to.equal(isolation);
      await expectStopped(farm, 91_001 + index, { labels: [isolation] });
      await expectNothingLeft(farm, isolation);
    });
  }

  it('are gone within the grace time and 2 s when their task is stopped, in a container', async function () {
    const missing = dockerMissing();
    if (missing !== undefined) {
      skipBecause(this, missing);
    }
    const docker = await Docker.start();
    try {
      await docker.importImage(image);
      await farm.addAgent({ name: 'docker', labels: ['contained'], env: { DOCKER_HOST: docker.host } });
      const seconds = 91_010;
      await expectStopped(farm, seconds, {
        labels: ['contained'],
        executor: { type: 'docker', image, pull: 'never', network: 'none' },
        steps: [{ type: 'shell', name: 'Stubborn', shell: 'sh', script: stubborn(seconds) }],
      });
      expect(await docker.docker('ps', '-aq')).to.equal('');
      await farm.agents.get('docker')?.stop();
    } finally {
      await docker.close();
    }
  });
});

async function expectStopped(farm: Farm, seconds: number, more: Partial<JobDefinition>): Promise<void> {
  const pipeline = await makeScript(farm, stubborn(seconds), more);
  const run = await startRun(farm, pipeline.id);
  await untilPrinted(farm, run, { taskKey: 'work', text: 'all begun' });
  expect(commandLinesWith(`sleep ${seconds}`)).to.have.length.at.least(children - 1);
  const tookMs = await msUntil(farm.api.post(`/runs/${run.id}/stop`, {}).then(() => farm.finished(run.id)));
  expect(commandLinesWith(`sleep ${seconds}`)).to.deep.equal([]);
  process.stdout.write(`all gone ${Math.round(tookMs)} ms after the stop, of which ${graceMs} ms are grace\n`);
  expect(tookMs).to.be.at.most(graceMs + beyondMs);
  expect((await farm.finished(run.id)).status).to.equal('stopped');
}
