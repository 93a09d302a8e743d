import { setTimeout as delay } from 'node:timers/promises';
import type { AttemptView, RunView } from '@drover/protocol/api';
import { expect } from 'chai';
import { expectNothingLeft } from '../crashes/leftovers.js';
import { killAgent } from '../crashes/mortal.js';
import { startRun } from '../testing/definitions.js';
import { busybox as image, startDocker, type Docker } from '../testing/docker.js';
import { Farm } from '../testing/farm.js';
import { Chance } from './load/chance.js';
import { setting, Times } from './signs/measures.js';
import { connected, untilPrinted } from './signs/presence.js';
import { commandLinesWith } from './signs/strays.js';
import { Tally } from './signs/tally.js';
import { begunIn, endedIn, expectNoneTwice, expectWideWhole, makeWide } from './load/work.js';

const kills = setting('DROVER_FAULTS_AGENT_KILLS', 100);
const dockerKills = setting('DROVER_FAULTS_DOCKER_KILLS', 5);
const agentCount = 4;
const slots = 3;
const beats = 10;
const recovery = { waitSeconds: 5, then: 'rerun' } as const;
/** A task is tried ten times: chance alone would hit one so often in a hundred kills. */
const sparedFrom = 7;
const verdictLimitMs = recovery.waitSeconds * 1_000 + 30_000;
/** A controller that has just started gives everybody so long to come back, and judges nobody before. */
const startGraceMs = 60_000;

describe(`G6 G8 G11 agents that are killed (kill -9) ${kills} times under running tasks`, function () {
  this.timeout(240_000 + kills * 60_000);
  let farm: Farm;
  let tally: Tally;
  let readyAt: number;
  before(async () => {
    tally = await Tally.open();
    farm = await Farm.start();
    readyAt = Date.now();
  });
  after(async () => {
    await farm?.close();
    await tally?.close();
  });

  it('leave no process behind, their tasks are judged by the recovery policy in time, and every run succeeds', async () => {
    const chance = Chance.for('agent kills');
    for (let index = 0; index < agentCount; index += 1) await farm.addAgent({ labels: ['mortal'], slots });
    const names = [...farm.agents.keys()];
    const tasks = agentCount * slots;
    const wide = await makeWide(farm, tally, { tasks, beats, labels: ['mortal'], packageEvery: 4, recovery });
    const verdicts = new Times('killed for good, and given up by the controller');
    const runs: RunView[] = [];
    for (let kill = 0; kill < kills; kill += 1) {
      if (runs.length === 0 || endedIn(tally.heard, runs.at(-1)?.id ?? '') >= tasks) {
        const run = await startRun(farm, wide.id);
        runs.push(run);
        await tally.until((heard) => begunIn(heard, run.id) > 0);
      }
      await delay(chance.within(0, 2_000)); // the moment is what is tried
      const name = await victimOf(chance.shuffled(names));
      if (chance.within(1, 6) > 1) await killAndStart(name);
      else for (const ms of await killForGood(name, names.length - 1)) verdicts.add(ms);
    }
    for (const run of runs) {
      await expectWideWhole(farm, tally, { run: await farm.finished(run.id, 180_000), beats, packages: Math.ceil(tasks / 4) });
    }
    for (const name of names) await expectNothingLeft(farm, name);
    verdicts.tell();
    expect(verdicts.worst, 'ms').to.be.at.most(verdictLimitMs);
  });

  const killAndStart = async (name: string) => {
    await killAgent(farm, name);
    await farm.startAgent(name);
  };

  /** How long each of its attempts waited for the verdict, where the controller's first grace is not what it waited for; the agent comes back when all are given up. */
  async function killForGood(name: string, others: number): Promise<readonly number[]> {
    const held = await heldBy(name);
    await killAgent(farm, name);
    const countedFrom = Math.max(Date.now(), readyAt + startGraceMs - verdictLimitMs);
    await connected(farm, others);
    const ended: number[] = [];
    for (const { runId } of held) ended.push(await givenUp(runId, held, countedFrom));
    await farm.startAgent(name);
    return ended;
  }

  /** The first of these on which no task is at one of its last tries; the first if there is none. */
  async function victimOf(shuffled: readonly string[]): Promise<string> {
    for (const name of shuffled)
      if ((await heldBy(name)).every(({ attemptId }) => Number(attemptId.split('.').at(-1)) < sparedFrom)) return name;
    return shuffled[0] ?? '';
  }

  async function heldBy(name: string): Promise<ReadonlyArray<{ attemptId: string; runId: string }>> {
    const agents = await farm.api.get<ReadonlyArray<{ name: string; attempts: Array<{ attemptId: string; runId: string }> }>>('/agents');
    return agents.find((agent) => agent.name === name)?.attempts ?? [];
  }

  /** Waits until the attempts of a run that an agent held are over, and tells when the last was. */
  async function givenUp(runId: string, held: ReadonlyArray<{ attemptId: string }>, countedFrom: number): Promise<number> {
    const live = await farm.live();
    try {
      await live.ask({ type: 'watchRun', runId: runId as RunView['id'] });
      const ids = held.map(({ attemptId }) => attemptId).filter((id) => id.startsWith(runId));
      const known = new Map<string, AttemptView>();
      for (const id of ids) known.set(id, await farm.api.get<AttemptView>(`/attempts/${id}`));
      return await live.until(
        `the verdict on ${ids.join(', ')}`,
        (messages) => {
          for (const message of messages)
            if (message.type === 'attempt' && known.has(message.attempt.id)) known.set(message.attempt.id, message.attempt);
          const all = [...known.values()];
          if (!all.every(({ state }) => state === 'finished')) return undefined;
          return Math.max(...all.map(({ finishedAt = countedFrom }) => finishedAt - countedFrom));
        },
        countedFrom + verdictLimitMs + 10_000 - Date.now(),
      );
    } finally {
      live.close();
    }
  }
});

describe(`G10 G11 agents that are killed (kill -9) ${dockerKills} times while containers run`, function () {
  this.timeout(240_000 + dockerKills * 60_000);
  let docker: Docker;
  let farm: Farm;
  before(async function () {
    docker = await startDocker(this);
    farm = await Farm.start();
    await farm.addAgent({ name: 'docker', slots: 2, env: { DOCKER_HOST: docker.host } });
  });
  after(async () => {
    await farm?.close();
    await docker?.close();
  });

  it('leave no container, network or process once they are back', async () => {
    const networks = await docker.docker('network', 'ls', '-q');
    const tally = await Tally.open();
    const pipeline = await makeWide(farm, tally, {
      tasks: 2,
      beats: 1,
      labels: [],
      recovery,
      more: {
        executor: { type: 'docker', image, pull: 'never', network: 'none' },
        steps: [{ type: 'shell', name: 'Sleep', shell: 'sh', script: 'sleep 98123 & echo on; sleep 3; kill $!' }],
      },
    });
    for (let kill = 0; kill < dockerKills; kill += 1) {
      const run = await startRun(farm, pipeline.id);
      for (const taskKey of ['t0', 't1']) await untilPrinted(farm, run, { taskKey, text: 'on' });
      await killAgent(farm, 'docker');
      expect(commandLinesWith('sleep 98123')).to.have.length.greaterThan(0);
      await farm.startAgent('docker');
      expect((await farm.finished(run.id, 120_000)).status).to.equal('succeeded');
      expectNoneTwice(tally, run.id);
    }
    expect(await docker.docker('ps', '-aq')).to.equal('');
    expect(await docker.docker('network', 'ls', '-q')).to.equal(networks);
    expect(commandLinesWith('sleep 98123')).to.deep.equal([]);
    await tally?.close();
  });
});
