import {
  Agent,
  AgentLink,
  Assignments,
  HealthWatch,
  Journal,
  Spool,
  type AgentEnd,
  type Clock,
  type Hands,
  type Identity,
  type Logger,
} from '@drover/agent/simulated';
import type { AgentFacts } from '@drover/protocol/agent';
import type { ControllerNode } from './controller-node.js';
import { MachineDisk } from './disk.js';
import { Life } from './time/life.js';
import { createHands, type MachineWatcher } from './machine.js';
import { Wire, type WireWatcher } from './wire.js';
import type { World } from './world.js';

export interface AgentParts {
  readonly world: World;
  readonly name: string;
  readonly route: () => ControllerNode | undefined;
  readonly watch: MachineWatcher & WireWatcher;
  /** It has nothing more to do, or is not wanted any more. */
  readonly ended: (node: AgentNode, end: AgentEnd) => void;
}

export const agentFacts = (name: string): AgentFacts => ({
  productVersion: '0',
  os: 'linux',
  arch: 'x64',
  hostname: name,
  cpus: 2,
  memoryMb: 1_000,
  automaticLabels: ['linux'],
  executors: ['shell'],
  isolation: 'separateUser',
});

interface Process {
  readonly life: Life;
  readonly agent: Agent;
  readonly hands: Hands & { died(): void };
}

/** One build machine: its disk stays, and the real agent is started on it and killed any number of times. */
export class AgentNode {
  readonly name: string;
  readonly disk: MachineDisk;
  identity: Identity;
  wire: Wire | undefined;
  isRegistered = false;
  /** No way leads to any controller. */
  isAway = false;
  isIll = false;
  #process: Process | undefined;
  #lives = 0;
  readonly #parts: AgentParts;

  constructor(parts: AgentParts, identity: Identity) {
    this.#parts = parts;
    this.name = parts.name;
    this.identity = identity;
    this.disk = new MachineDisk(parts.world);
  }

  get isUp(): boolean {
    return this.#process !== undefined;
  }

  start(): void {
    if (this.#process !== undefined || !this.isRegistered) return;
    const { world } = this.#parts;
    this.#lives += 1;
    world.trace?.say(this.name, 'starts');
    const life = new Life(world.scheduler, { skewMs: world.random.between(-60_000, 60_000), monotonicMs: world.random.below(1_000_000) });
    void this.#run(life).catch((error: unknown) => {
      world.trace?.say(this.name, `could not start: ${String(error)}`);
      if (life.isOver) return;
      this.crash();
      world.scheduler.after(1_000, () => this.start());
    });
  }

  /** kill -9; what runs on the machine dies with it. `withPower`: and what was not synced is gone. */
  crash(withPower = false): void {
    const gone = this.#process;
    if (gone === undefined) return;
    this.#parts.world.trace?.say(this.name, withPower ? 'loses its power' : 'dies');
    gone.life.end();
    gone.hands.died();
    this.#process = undefined;
    this.wire?.agentDied(withPower);
    this.wire = undefined;
    if (!withPower) return;
    this.disk.losePower();
    this.#parts.watch.powerLost(this.name);
  }

  drain(): void {
    this.#process?.agent.drain();
  }

  /** Ends in order. */
  async close(): Promise<void> {
    const ending = this.#process;
    await ending?.agent.close();
    if (this.#process === ending && ending?.life.isOver === false) this.crash();
  }

  jumpClock(byMs: number): void {
    if (this.#process !== undefined) this.#process.life.skewMs += byMs;
  }

  /** Attempts that it holds, as its own state tells. */
  get held(): number {
    const state = this.#process?.agent.state() as { readonly attempts: readonly unknown[] } | undefined;
    return state?.attempts.length ?? 0;
  }

  async #run(life: Life): Promise<void> {
    const { world, watch, ended } = this.#parts;
    const clock: Clock = { now: () => life.now(), monotonicMs: () => life.monotonic(), after: (ms, call) => life.after(ms, call) };
    const logger = this.#logger();
    const bootNonce = `${this.name}-${String(this.#lives).padStart(4, '0')}`;
    const { identity } = this;
    const agent = new Agent({ identity, bootNonce, facts: agentFacts(this.name), isSampleOnly: false, clock, logger });
    const hands = createHands(world, this.name, life, watch);
    this.#process = { life, agent, hands };
    const disk = this.disk.of(life);
    const spool = new Spool('spool', disk);
    await spool.prepare();
    const journal = await Journal.open('journal', disk);
    const createSocket = (): Promise<Wire> => Promise.resolve((this.wire = this.#wire(life, identity)));
    const link = new AgentLink({ url: identity.url, createSocket, clock, random: () => world.random.next(), logger }, agent.linkEvents());
    const health = await HealthWatch.open({
      link,
      clock,
      logger,
      minimumFreeMb: 10,
      read: () => Promise.resolve(this.#readings()),
      makeRoom: () => Promise.resolve(0),
    });
    const assignments = new Assignments({
      link,
      linkLife: () => link,
      journal,
      spool,
      hands,
      clock,
      logger,
      agentId: identity.agentId,
      agentName: () => agent.name,
      process: { pid: this.#lives, bootNonce },
      baseEnvironment: () => ({}),
      admissionFacts: () => agent.admissionFacts(),
    });
    void agent.ended.then((end) => {
      if (!life.isOver) ended(this, end);
    });
    await agent.start({ link, assignments, health, journal });
  }

  #wire(life: Life, { token }: Identity): Wire {
    const { world, route, watch } = this.#parts;
    return new Wire({ world, agentName: this.name, token, life, watch, route: () => (this.isAway ? undefined : route()) });
  }

  #readings() {
    return { loadPercent: 0, freeMemoryMb: 1_000, freeDiskMb: this.isIll ? 1 : 1_000, executorFaults: [] };
  }

  #logger(): Logger {
    const { trace, breaches } = this.#parts.world;
    const say = (text: string, fields?: Readonly<Record<string, unknown>>): void =>
      trace?.say(this.name, `${text} ${JSON.stringify(fields ?? {})}`);
    return {
      debug: () => undefined,
      info: say,
      warn: say,
      error: (text, fields) => {
        say(text, fields);
        if (text === 'something went wrong inside') breaches.push(`${this.name}: ${text}: ${JSON.stringify(fields)}`);
      },
    };
  }
}
