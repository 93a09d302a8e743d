import {
  createEngine,
  createLogs,
  integrityInMemory,
  type Engine,
  type EnginePorts,
  type Log,
  type Signal,
} from '@drover/controller/simulated';
import { createHash } from 'node:crypto';
import type { Database } from './database.js';
import { Life } from './time/life.js';
import type { World } from './world.js';

const hashes = new Map<string, string>();

/** Of the few texts of a history; each is asked for with every handshake. */
export function tokenHash(text: string): string {
  const known = hashes.get(text);
  if (known !== undefined) return known;
  const hash = createHash('sha256').update(text).digest('hex');
  if (hashes.size > 10_000) hashes.clear();
  hashes.set(text, hash);
  return hash;
}

/** So long a controller may take to end, whatever its store does. */
const longestCloseMs = 60_000;

export interface ControllerParts {
  readonly world: World;
  readonly database: Database;
  readonly name: string;
  /** To the other controllers, which hear of it later. */
  readonly broadcast: (from: ControllerNode, signal: Signal) => void;
  /** Its process has ended: connections to it are gone. */
  readonly died: (node: ControllerNode) => void;
}

/** One controller: the real engine on ports of this world, started and killed any number of times. */
export class ControllerNode {
  readonly name: string;
  engine: Engine | undefined;
  /** Lets agents in. */
  isReady = false;
  /** It dies when this many crash points more were reached. */
  crashIn: number | undefined;
  #life: Life | undefined;
  #lives = 0;
  #listeners = new Set<(signal: Signal) => void>();
  readonly #parts: ControllerParts;

  constructor(parts: ControllerParts) {
    this.#parts = parts;
    this.name = parts.name;
  }

  get isUp(): boolean {
    return this.#life !== undefined;
  }

  start(): void {
    if (this.#life !== undefined) return;
    const { scheduler, random, trace } = this.#parts.world;
    this.#lives += 1;
    trace?.say(this.name, 'starts');
    const life = new Life(scheduler, { skewMs: random.between(-60_000, 60_000), monotonicMs: random.below(1_000_000) });
    this.#life = life;
    this.#listeners = new Set();
    this.#parts.database.controllerStarts();
    const engine = createEngine(this.#ports(life));
    this.engine = engine;
    engine.start().then(
      () => {
        if (life.isOver) return;
        trace?.say(this.name, 'is ready');
        this.isReady = true;
      },
      (error: unknown) => {
        if (life.isOver) return;
        trace?.say(this.name, `could not start: ${String(error)}`);
        this.crash(); // its supervisor starts it again
      },
    );
  }

  /** kill -9. */
  crash(): void {
    const life = this.#life;
    if (life === undefined) return;
    this.#parts.world.trace?.say(this.name, 'dies');
    life.end();
    this.#life = undefined;
    this.engine = undefined;
    this.isReady = false;
    this.crashIn = undefined;
    this.#parts.died(this);
  }

  /** Ends in order, then the process is gone. */
  shutDown(): void {
    const { engine } = this;
    const life = this.#life;
    if (life === undefined || engine === undefined) return;
    const { trace, scheduler, breaches } = this.#parts.world;
    trace?.say(this.name, 'shuts down');
    this.isReady = false;
    scheduler.after(longestCloseMs, () => {
      if (!life.isOver) breaches.push(`${this.name} was told to end and has not after ${longestCloseMs / 1_000} s`);
    });
    void engine.close().then(() => {
      if (!life.isOver) this.crash();
    });
  }

  jumpClock(byMs: number): void {
    if (this.#life !== undefined) this.#life.skewMs += byMs;
  }

  hear(signal: Signal): void {
    this.#listeners.forEach((listener) => listener(signal));
  }

  #reach(life: Life): void {
    if (life.isOver || this.crashIn === undefined) return;
    this.crashIn -= 1;
    if (this.crashIn <= 0) this.crash();
  }

  #ports(life: Life): EnginePorts {
    const { world, database, broadcast } = this.#parts;
    const monotonic = { elapsedMs: () => life.monotonic() };
    const timers = { after: (delayMs: number, action: () => void) => life.after(delayMs, action) };
    const listeners = this.#listeners;
    const signals = {
      publish: (signal: Signal) => {
        if (signal.type === 'logWatched' && !life.isOver) broadcast(this, signal); // the others are for viewers, of whom there are none
      },
      subscribe: (listener: (signal: Signal) => void) => (listeners.add(listener), () => void listeners.delete(listener)),
    };
    let ids = 0;
    const prefix = `01${digits(this.#lives).padStart(4, '0')}${this.name.at(-1) ?? '0'}`;
    const nextId = (): string => prefix + digits((ids += 1)).padStart(19, '0');
    return {
      stores: database.storesOf(this.name, life),
      config: {
        controllerId: nextId(),
        zone: 'UTC',
        exclusive: world.plan.isExclusive,
        allowUnisolated: false,
      },
      definitions: this.#definitions(life),
      credentials: {
        git: () => Promise.resolve({ kind: 'none' }),
        registry: () => Promise.resolve(undefined),
        allowedFolders: () => Promise.resolve([]),
      },
      secrets: {
        seal: (plain) => ({ keyId: 'k', box: plain }),
        open: ({ box }) => box,
        fingerprint: (text) => text,
        isFingerprintOf: (fingerprint, text) => fingerprint === text,
      },
      tokens: { generate: nextId, hash: tokenHash },
      settings: { read: () => Promise.resolve({ agentApproval: false, logLimitBytes: 1_000_000, allowedFolders: [] }) },
      gitRemote: {
        refs: () => Promise.resolve({ ok: false, kind: 'unreachable', detail: 'not asked' }),
        message: () => Promise.resolve(undefined),
        resolve: (_repository, ref) =>
          new Promise((resolve) => {
            const isThere = world.isCalm || !world.random.chance(0.05);
            life.after(world.random.between(10, 4_000), () =>
              resolve(
                isThere
                  ? { ok: true, value: { commit: tokenHash(ref.name).slice(0, 40) } }
                  : { ok: false, kind: 'unreachable', detail: 'gone' },
              ),
            );
          }),
      },
      logs: createLogs({ storage: database.logsOf(this.name, life), signals, timers, monotonic, integrity: integrityInMemory() }).intake,
      access: { permissions: () => Promise.resolve(new Set(['view', 'execute'])), visibleProjects: () => Promise.resolve('all') },
      signals,
      clock: { now: () => life.now() },
      monotonic,
      timers,
      ids: { next: nextId },
      crashPoints: { reach: () => this.#reach(life) },
      log: this.#log(),
    };
  }

  #definitions(life: Life): EnginePorts['definitions'] {
    const { database } = this.#parts;
    const asked = <T>(call: string, apply: () => T): Promise<T> =>
      database.call({ name: this.name, life, call, isWrite: false, apply: () => Promise.resolve(apply()) });
    return {
      snapshot: ({ _id: pipelineId }) =>
        asked('definitions.snapshot', () => {
          const pipeline = database.pipelines.records.get(pipelineId);
          const snapshot = pipeline && database.newest.get(pipelineId);
          if (pipeline === undefined || snapshot === undefined)
            return { ok: false, code: 'notFound', detail: 'There is no such pipeline.' };
          return { ok: true, value: { definitionId: database.define(snapshot), snapshot } };
        }),
      read: (definitionId) => asked('definitions.read', () => database.definitions.get(definitionId)),
      projectName: () => Promise.resolve('Shop'),
    };
  }

  #log(): Log {
    const { world } = this.#parts;
    const say = (level: string) => (text: string, fields?: Readonly<Record<string, unknown>>) => {
      if (world.trace !== undefined) world.trace.say(this.name, `${level}: ${text}${fieldsOf(fields)}`);
      if (level === 'error' && fields !== undefined && isBroken(fields['error']))
        world.breaches.push(`${this.name}: ${text}: ${String((fields['error'] as Error).stack)}`);
    };
    const log: Log = { debug: () => undefined, info: say('info'), warn: say('warn'), error: say('error'), with: () => log };
    return log;
  }
}

/** A fault of the program itself, which no outside trouble explains. */
const isBroken = (error: unknown): boolean => error instanceof TypeError || error instanceof RangeError || error instanceof ReferenceError;

function fieldsOf(fields: Readonly<Record<string, unknown>> | undefined): string {
  const told = Object.entries(fields ?? {}).map(
    ([name, value]) => `${name}=${value instanceof Error ? value.message : JSON.stringify(value)}`,
  );
  return told.length === 0 ? '' : ` (${told.join(', ')})`;
}

/** To the base of 16, which are letters that ids may have: those of a process sort by age and never meet those of another. */
const digits = (count: number): string => count.toString(16);
