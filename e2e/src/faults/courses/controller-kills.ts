import type { Pipeline, RunView } from '@drover/protocol/api';
import { job, makePipeline, makeProject, shell, startRun } from '../../testing/definitions.js';
import type { Farm } from '../../testing/farm.js';
import { readyLine } from '../../testing/farm.js';
import { setTimeout as delay } from 'node:timers/promises';
import type { Chance } from '../load/chance.js';
import { Times } from '../signs/measures.js';
import { connected } from '../signs/presence.js';
import type { Tally } from '../signs/tally.js';
import { begunIn, endedIn, makeWide } from '../load/work.js';

/** The farm of (a): agents that run fifty tasks between them, and one that takes up a short task after the other. */
export interface KillPlan {
  readonly kills: number;
  readonly agents: number;
  readonly slots: number;
  readonly beats: number;
  /** A kill follows the return of all agents, or the beginning of the tasks, within this time. */
  readonly longestLifeMs: number;
}

export interface Killed {
  /** Runs whose tasks were under way at the kills; the last may not be finished yet. */
  readonly runs: readonly RunView[];
  readonly times: { readonly restart: Times; readonly back: Times; readonly queue: Times };
}

const packageEvery = 10;
/** A second or two on an idle machine; fifty tasks and what others do may stand before it. */
const readyLimitMs = 180_000;
export const packagesOf = ({ agents, slots }: KillPlan): number => Math.ceil((agents * slots) / packageEvery);

/** Registers the agents and kills the controller as often as planned, each time at a random moment under running tasks. */
export async function killControllers(farm: Farm, tally: Tally, { plan, chance }: { plan: KillPlan; chance: Chance }): Promise<Killed> {
  for (let index = 0; index < plan.agents; index += 1) await farm.addAgent({ labels: ['wide'], slots: plan.slots });
  await farm.addAgent({ labels: ['ticker'], slots: 1 });
  const tasks = plan.agents * plan.slots;
  const wide = await makeWide(farm, tally, { tasks, beats: plan.beats, labels: ['wide'], packageEvery });
  const ticker = new Ticker(farm, tally, await makeTicker(farm, tally));
  const times = {
    restart: new Times('controller: killed, started, ready'),
    back: new Times('ready, and all agents are back'),
    queue: new Times('ready, and the queue has moved'),
  };
  const runs: RunView[] = [];
  for (let kill = 0; kill < plan.kills; kill += 1) {
    await ticker.keepGoing();
    const last = runs.at(-1);
    if (last === undefined || endedIn(tally.heard, last.id) === tasks) {
      if (last !== undefined) await farm.finished(last.id);
      const run = await startRun(farm, wide.id);
      runs.push(run);
      await tally.until((heard) => begunIn(heard, run.id) === tasks);
    }
    await delay(chance.within(0, plan.longestLifeMs)); // the moment is what is tried
    await killAndReturn(farm, ticker, { agents: plan.agents + 1, times });
  }
  await ticker.stop();
  return { runs, times };
}

async function killAndReturn(farm: Farm, ticker: Ticker, { agents, times }: { agents: number; times: Killed['times'] }): Promise<void> {
  farm.controller.kill('SIGKILL');
  await farm.controller.ended;
  const killedAt = performance.now();
  await farm.launchController({}).line(readyLine, readyLimitMs);
  const readyAt = performance.now();
  times.restart.add(readyAt - killedAt);
  const since = (what: Promise<void>, ofTimes: Times) => what.then(() => ofTimes.add(performance.now() - readyAt));
  await Promise.all([since(ticker.nextTick(), times.queue), since(connected(farm, agents), times.back)]);
}

/** As many tasks as one stage takes, each as long as half of them last while the others begin, a controller is killed and is back. */
const ticks = 256;
const tickSeconds = 0.1;

function makeTicker(farm: Farm, tally: Tally): Promise<Pipeline> {
  return makeProject(farm).then((project) =>
    makePipeline(farm, project, {
      jobs: [job('tick', [shell(`${tally.tell('begin $DROVER_ATTEMPT_ID')}\nsleep ${tickSeconds}`)], { labels: ['ticker'] })],
      pipeline: {
        name: 'ticker',
        sources: [],
        parameters: [],
        stages: [
          {
            key: 'main',
            name: 'Main',
            mode: 'serial',
            tasks: Array.from({ length: ticks }, (_, index) => ({ key: `t${index}`, name: `Tick ${index}`, type: 'build', job: 'tick' })),
          },
        ],
      },
    }),
  );
}

/** A queue that moves all the time: each task of a long serial stage has to be handed out by the controller once the one before has ended. */
class Ticker {
  private run: RunView | undefined;

  constructor(
    private readonly farm: Farm,
    private readonly tally: Tally,
    private readonly pipeline: Pipeline,
  ) {}

  /** There are ticks for a good while still. */
  async keepGoing(): Promise<void> {
    if (this.run !== undefined && begunIn(this.tally.heard, this.run.id) < ticks / 2) return;
    await this.stop();
    const run = await startRun(this.farm, this.pipeline.id);
    this.run = run;
    await this.tally.until((heard) => begunIn(heard, run.id) > 0);
  }

  /** Resolves with the next task that begins. */
  nextTick(): Promise<void> {
    const id = this.run?.id ?? '';
    const now = begunIn(this.tally.heard, id);
    return this.tally.until((heard) => begunIn(heard, id) > now);
  }

  async stop(): Promise<void> {
    if (this.run === undefined) return;
    await this.farm.api.raw('POST', `/runs/${this.run.id}/stop`, { body: '{}', headers: { 'content-type': 'application/json' } });
    await this.farm.finished(this.run.id);
    this.run = undefined;
  }
}
