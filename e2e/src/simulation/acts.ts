import { marginMs, type Engine, type RunRecord } from '@drover/controller/simulated';
import type { AgentId, AttemptId, PipelineId } from '@drover/protocol';
import { linkTimings } from '@drover/protocol/agent';
import type { ActName } from './plan.js';
import type { AgentNode } from './world/agent-node.js';
import { ann, moments, type Farm } from './world/farm.js';
import { short } from './world/time/trace.js';
import type { World } from './world/world.js';

type AgentChange = Parameters<Engine['agents']['change']>[1];

/** What people do to a farm, and what goes wrong with it. */
export class Acts {
  /** Starts that somebody asks for until there is an answer. */
  unanswered = 0;
  readonly #world: World;
  readonly #farm: Farm;
  #keys = 0;

  constructor(world: World, farm: Farm) {
    this.#world = world;
    this.#farm = farm;
  }

  readonly #acts: Readonly<Record<ActName, () => void>> = {
    start: () => this.#start(),
    stop: () => this.#stop(),
    ambush: () => this.#ambush(),
    changePipeline: () => this.#farm.define(this.#somePipeline()),
    changeAgent: () => this.#changeAgent(),
    removeAgent: () => this.#removeAgent(),
    drainAgent: () => this.#someAgent()?.drain(),
    crashAgent: () => this.#crashAgent(),
    agentAway: () => this.#sendAway(),
    cut: () => this.#someWire()?.cut('transport error'),
    stall: () => this.#someWire()?.stall(this.#world.random.between(500, 60_000)),
    crashController: () => this.#someController()?.crash(),
    crashControllerAtPoint: () => this.#crashControllerAtPoint(),
    lastWord: () => this.#lastWord(),
    doom: () => this.#doom(),
    restartController: () => this.#someController()?.shutDown(),
    outage: () => this.#outage(),
    jumpClock: () => this.#jumpClock(),
    watchLog: () => this.#watchLog(),
  };

  /** Does one of them. What it leads to, also much later, needs no more of the caller. */
  act(name: ActName): void {
    this.#world.trace?.say('the world', `acts: ${name}`);
    this.#acts[name]();
  }

  /** Somebody starts a run, perhaps with a key, and then asks until there is an answer. */
  #start(): void {
    const { random } = this.#world;
    const times = random.chance(0.2) ? random.between(2, 6) : 1;
    for (let time = 0; time < times; time += 1) {
      const key = random.chance(0.3) ? `key-${random.below(4)}` : `own-key-${(this.#keys += 1)}`;
      const asked = { key: random.chance(0.8) ? key : undefined, pipelineId: this.#somePipeline(), isAnswered: false };
      if (asked.key !== undefined) this.unanswered += 1;
      this.#askToStart(asked);
    }
  }

  #askToStart(asked: { readonly key: string | undefined; readonly pipelineId: PipelineId; isAnswered: boolean }): void {
    const { scheduler, random, trace } = this.#world;
    if (asked.isAnswered) return;
    const controller = this.#farm.anyController();
    if (asked.key !== undefined) scheduler.after(random.between(2_000, 40_000), () => this.#askToStart(asked));
    void controller?.engine?.runs
      .start(ann, asked.pipelineId, {}, asked.key)
      .then((answer) => {
        trace?.say(
          'Ann',
          answer.ok
            ? `is told that run ${answer.value.number} (${short(answer.value.id)}) starts, key ${String(asked.key)}`
            : `may not start: ${answer.code}`,
        );
        if (asked.key !== undefined && !asked.isAnswered) this.unanswered -= 1;
        asked.isAnswered = true;
        const scoped = asked.key === undefined ? undefined : `${asked.pipelineId} ${asked.key}`;
        if (answer.ok) this.#farm.runs.acknowledged(answer.value.id, answer.value.number, scoped);
      })
      .catch((error: unknown) => trace?.say('Ann', `could not start: ${String(error)}`));
  }

  #stop(): void {
    const { random } = this.#world;
    const { runs } = this.#farm.database;
    const record = random.pick([...runs.records.values()].filter(({ state }) => state !== 'finished' || random.chance(0.1)));
    if (record !== undefined) this.#stopRun(record);
  }

  /** Trouble comes just when something is written that more is to follow. */
  #ambush(): void {
    const { scheduler, random } = this.#world;
    const at = random.pick(moments) ?? 'ended';
    const comeBack = Array.from({ length: at === 'givenUp' ? 7 : 1 }, () => () => this.#comeBack());
    const deed = random.pick<(record: RunRecord | undefined) => void>([
      ...comeBack,
      (record) => record && this.#stopRun(record),
      (record) => record && this.#stopRun(record),
      () => this.#crashAgent(),
      () => this.#someWire()?.cut('transport error'),
      () => this.#someController()?.crash(),
      () => this.#outage(),
      () => (this.#outage(), this.#someController()?.shutDown()),
    ]);
    this.#farm.ambush = {
      at,
      strike: (runId) => scheduler.after(random.next() * 20, () => deed?.(this.#farm.database.runs.records.get(runId))),
    };
  }

  #stopRun(record: RunRecord): void {
    const { breaches, trace } = this.#world;
    const { runs } = this.#farm.database;
    void this.#farm
      .anyController()
      ?.engine?.runs.stop(ann, record._id)
      .then((answer) => {
        trace?.say('Ann', `stops run ${record.number}: ${answer.ok ? 'ok' : answer.code}`);
        const state = runs.records.get(record._id)?.state;
        if (answer.ok && state !== 'stopping' && state !== 'finished')
          breaches.push(`the stop of run ${record.number} was acknowledged, it is ${state}`);
      })
      .catch((error: unknown) => trace?.say('Ann', `could not stop: ${String(error)}`));
  }

  #changeAgent(): void {
    const { random } = this.#world;
    const agent = this.#someAgent();
    if (agent === undefined) return;
    if (random.chance(0.2)) agent.isIll = !agent.isIll;
    const [slots, enabled, labels] = [random.between(1, 4), random.chance(0.7), random.chance(0.5) ? ['special'] : []];
    void this.#change(agent, { slots, enabled, labels });
  }

  /** Resolves with whether it was done. G5: a controller that finds an agent to be no more is done with it. */
  async #change(agent: AgentNode, change: AgentChange): Promise<boolean> {
    const { agentId, name } = agent.identity;
    const agents = this.#farm.anyController()?.engine?.agents;
    const changed = await agents?.change(agentId, change).catch(() => undefined);
    if (changed === undefined || changed.ok || changed.code !== 'notFound') return changed?.ok === true;
    const seen = await agents?.view(agentId).catch(() => undefined);
    if (seen?.ok === true) this.#world.breaches.push(`${name} is no more, was found to be, and continues (G5)`);
    return false;
  }

  #removeAgent(): void {
    const agent = this.#someAgent();
    void this.#farm
      .anyController()
      ?.engine?.agents.remove(agent?.identity.agentId ?? ('' as AgentId))
      .catch(() => undefined);
  }

  #crashAgent(): void {
    const { random, scheduler } = this.#world;
    const agent = this.#someAgent();
    agent?.crash(random.chance(0.3));
    const downMs = random.chance(0.7) ? random.between(500, 10_000) : random.between(10_000, 900_000);
    scheduler.after(downMs, () => agent?.start());
  }

  #sendAway(): void {
    const { random } = this.#world;
    const agent = this.#someAgent();
    if (agent === undefined) return;
    this.#keepAway(agent, random.chance(0.3) ? this.#toTheLimit() : random.between(5_000, random.chance(0.5) ? 60_000 : 1_500_000));
  }

  #keepAway(agent: AgentNode, awayMs: number): void {
    agent.isAway = true;
    for (const wire of this.#farm.wiresOf(agent.name)) wire.stall(awayMs);
    this.#world.scheduler.after(awayMs, () => (agent.isAway = false));
  }

  /** About as long as it takes to be given up: its silence is noticed, then its policy's time passes, and a margin. */
  #toTheLimit(): number {
    const { random } = this.#world;
    const held = [...this.#farm.database.attempts.records.values()].filter(({ active }) => active);
    const waitMs = (random.pick(held)?.recovery.waitSeconds ?? 0) * 1_000;
    return waitMs + random.between(linkTimings.pingTimeoutMs, linkTimings.pingIntervalMs + linkTimings.pingTimeoutMs) + marginMs;
  }

  /** What was cut off is back. */
  #comeBack(): void {
    for (const agent of this.#farm.agents) {
      agent.isAway = false;
      for (const wire of this.#farm.wiresOf(agent.name)) wire.heal();
    }
  }

  #crashControllerAtPoint(): void {
    const controller = this.#someController();
    if (controller !== undefined) controller.crashIn = this.#world.random.between(1, 25);
  }

  /** A controller dies with a write on its way. */
  #lastWord(): void {
    const { random, plan } = this.#world;
    const store = random.pick(['runs', 'runs', 'attempts', 'attempts', 'pipelines', 'agents'] as const) ?? 'runs';
    const isOfEnd = plan.isFated && (store === 'runs' || store === 'attempts') && random.chance(0.4);
    this.#dieWith(store, isOfEnd, 0.6);
  }

  /** `isOfEnd`: only of those writes by which a run or an attempt ends. `heard`: chance of it to arrive. */
  #dieWith(store: 'runs' | 'attempts' | 'pipelines' | 'agents', isOfEnd: boolean, heard: number): void {
    const { random } = this.#world;
    this.#farm.database.lastWord = {
      suits: (call, given) => call.startsWith(`${store}.`) && (!isOfEnd || given.some(isEnd)),
      isHeard: random.chance(heard),
      die: (name) => {
        this.#farm.controllers.find((controller) => controller.name === name)?.crash();
        if (random.chance(0.3)) this.#crashAgent();
      },
    };
  }

  /**
   * The controller that ends a run dies of that. Or an agent is struck just when a claim was granted to it: cut off, it is about to be
   * back when it is given up, and the controller that does so dies of that; or crashed, it is back before the yes has gone out, and
   * its disk knows nothing of what it accepted.
   */
  #doom(): void {
    const { random, scheduler } = this.#world;
    const fate = random.next();
    if (fate < 0.5) return this.#dieWith('runs', true, 0.9);
    this.#farm.ambush = {
      at: 'claimed',
      strike: (runId) =>
        scheduler.after(0, () => {
          const held = [...this.#farm.database.attempts.records.values()].filter((record) => record.runId === runId && record.active);
          const granted = held.at(-1);
          const agent = this.#farm.agents.find(({ identity }) => identity.agentId === granted?.agentId);
          if (granted !== undefined && agent !== undefined && fate > 0.85) return this.#crashForgetting(agent, granted._id);
          if (agent !== undefined) this.#keepAway(agent, this.#toTheLimit());
          this.#dieWith('attempts', true, 0.9);
        }),
    };
  }

  #crashForgetting(agent: AgentNode, attemptId: AttemptId): void {
    const { random, scheduler } = this.#world;
    agent.crash();
    agent.disk.losePromised(['accepted', attemptId]); // not of what has begun
    scheduler.after(random.between(50, 1_000), () => agent.start());
  }

  #outage(): void {
    const { random, scheduler } = this.#world;
    this.#farm.database.isDown = true;
    scheduler.after(random.between(100, 120_000), () => (this.#farm.database.isDown = false));
  }

  #jumpClock(): void {
    const { random } = this.#world;
    const byMs = random.between(-600_000, 600_000);
    (random.chance(0.5) ? this.#someController() : this.#someAgent())?.jumpClock(byMs);
  }

  #watchLog(): void {
    const { random } = this.#world;
    const attemptId = random.pick<AttemptId>([...this.#farm.database.attempts.records.keys()]);
    if (attemptId !== undefined) this.#someController()?.hear({ type: 'logWatched', attemptId, watched: random.chance(0.7) });
  }

  /** In the end somebody sees to it that every task finds an agent. */
  makeAgentsFit(): void {
    const { scheduler } = this.#world;
    const waiting = new Set(this.#farm.agents);
    const again = (): void => {
      if (waiting.size === 0) return;
      scheduler.after(5_000, again);
      for (const agent of waiting)
        void this.#change(agent, { slots: this.#world.plan.isWide ? 30 : 2, enabled: true, labels: ['special'] }).then(
          (isDone) => isDone && waiting.delete(agent),
        );
    };
    again();
  }

  #somePipeline(): PipelineId {
    return this.#world.random.pick(this.#farm.pipelineIds) ?? this.#farm.pipelineIds[0] ?? fail();
  }

  #someAgent() {
    return this.#world.random.pick(this.#farm.agents);
  }

  #someController() {
    return this.#world.random.pick(this.#farm.controllers);
  }

  #someWire() {
    return this.#world.random.pick(this.#farm.wiresOf(this.#someAgent()?.name ?? ''));
  }
}

function fail(): never {
  throw new Error('a history has a pipeline');
}

/** What a write is given by which a run or an attempt ends. */
const isEnd = (given: unknown): boolean => typeof given === 'object' && given !== null && 'state' in given && given.state === 'finished';
