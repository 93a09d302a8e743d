import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { StepExit } from '../executors/executor.js';
import { signalQuietly } from '../processes/attempt-processes.js';
import { readChildren, readProcess, readProcessLink, type ProcessEntry } from '../processes/process-table.js';
import type { Lane } from './lane.js';

/** What the first process of a place is asked to begin. */
export interface StepRequest {
  /** Looks whether it can begin. */
  readonly check: string;
  /** Becomes it. */
  readonly step: string;
  readonly tty: string;
  /** Whether the terminal was readied by `readyTerminal`. */
  readonly isTerminalReady: boolean;
}

export interface PlacedStep {
  /** Resolves once its process exists, or never will. */
  readonly begun: Promise<void>;
  readonly ended: Promise<StepExit>;
}

const lookMs = 200;
const over = 'the place is over';

/** Namespaces of one attempt, made out of a ground. Its first process begins the steps, one at a time. */
export class Place {
  readonly lane: Lane;
  readonly #said: string[] = [];
  /** Resolves when everything in it has ended. */
  readonly over: Promise<void>;
  /** Resolves when nothing more is said on the lane. */
  readonly silent: Promise<void>;
  /** Resolves when it stands; rejects with what was said instead, or when it is over before. */
  readonly made: Promise<void>;
  #endOver: () => void = () => undefined;
  #fallSilent: () => void = () => undefined;
  #onMade: ((problem: string | undefined) => void) | undefined;
  #supervisor: ProcessEntry | undefined;
  #keeper: number | undefined;
  #init: ProcessEntry | undefined;
  #running: RunningRequest | undefined;
  #pidNamespace = '';
  #isOver = false;

  /** Hears on the lane what becomes of a place that is asked for. */
  constructor(lane: Lane) {
    this.lane = lane;
    this.over = new Promise((resolve) => (this.#endOver = resolve));
    this.silent = new Promise((resolve) => (this.#fallSilent = resolve));
    this.made = new Promise<string | undefined>((resolve) => (this.#onMade = resolve)).then((problem) => {
      if (problem !== undefined) throw new Error(`the namespaces could not be made: ${problem}`);
    });
    lane.listen((line) => this.#hear(line));
  }

  /** The agent's own processes that keep it; killing them ends everything inside. */
  get keepers(): ReadonlySet<number> {
    return new Set([this.#supervisor?.pid, this.#keeper, this.#init?.pid].filter((pid) => pid !== undefined));
  }

  /** The first process inside, as the agent numbers it. */
  get init(): number {
    return this.#init?.pid ?? 0;
  }

  /** As `/proc/<pid>/ns/pid` shows it. */
  get pidNamespace(): string {
    return this.#pidNamespace;
  }

  /** Everything in it has ended. */
  get isOver(): boolean {
    return this.#isOver;
  }

  /** A step runs. */
  get isBusy(): boolean {
    return this.#running !== undefined;
  }

  /** Ticks since boot at which it began; the process of its first step may be as old. */
  get startedAt(): number {
    return this.#init?.startedAt ?? 0;
  }

  /** Readies a terminal and the process of the first step behind it; takes effect before that step. Once at most. */
  readyTerminal(path: string): void {
    this.lane.send(`tty ${path}\n`);
  }

  /** Begins a step; never rejects. Only when none runs. */
  start({ check, step, tty, isTerminalReady }: StepRequest): PlacedStep {
    if (this.#running !== undefined) throw new Error('a step runs in the place already');
    const running = new RunningRequest();
    if (this.#isOver) running.end(killed);
    else {
      this.#running = running;
      this.lane.hold(true);
      const sizes = `${Buffer.byteLength(check)} ${Buffer.byteLength(step)}`;
      this.lane.send(`step ${sizes} ${isTerminalReady ? 1 : 0} ${tty}\n${check}${step}`);
    }
    return running;
  }

  /** Ends everything inside; resolves when nothing of it is left. */
  async close(): Promise<void> {
    this.lane.hold(true);
    if (this.#onMade !== undefined) endMaking(this.#supervisor);
    while (isAlive(this.#init)) {
      signalQuietly(this.init, 'SIGKILL');
      await Promise.race([this.over, delay(lookMs)]);
    }
    this.#end();
    this.lane.hold(false);
  }

  #hear(line: string): void {
    const [word, value = ''] = line.split(' ');
    if (word === 'made') this.#isMadeBy(readProcess(Number(value)));
    else if (word === 'ready' && this.#onMade !== undefined) this.#stands();
    else if (word === 'over') this.#fallenSilent();
    else if (this.#onMade !== undefined) this.#said.push(line);
    else this.#tell(word ?? '', line);
  }

  #isMadeBy(supervisor: ProcessEntry | undefined): void {
    this.#supervisor = supervisor;
    if (this.#isOver) endMaking(supervisor);
  }

  #fallenSilent(): void {
    this.#end();
    this.#fallSilent();
  }

  #tell(word: string, line: string): void {
    this.#running?.hear(line);
    if (word !== 'ended') return;
    this.#running = undefined;
    this.lane.hold(false);
  }

  #stands(): void {
    [this.#keeper] = this.#supervisor === undefined ? [] : readChildren(this.#supervisor.pid);
    const [init] = this.#keeper === undefined ? [] : readChildren(this.#keeper);
    this.#init = init === undefined ? undefined : readProcess(init);
    this.#pidNamespace = (init === undefined ? undefined : readProcessLink(init, 'ns/pid')) ?? '';
    this.#settle(this.#pidNamespace === '' ? 'they ended as soon as they were made' : undefined);
  }

  #end(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#settle(this.#said.join('\n').trim() || over);
    this.#running?.end(killed);
    this.#running = undefined;
    this.#endOver();
  }

  #settle(problem: string | undefined): void {
    this.#onMade?.(problem);
    this.#onMade = undefined;
  }
}

/** The first process becomes a zombie only when all others are gone; the one that keeps it may have been killed before it. */
const isAlive = (entry: ProcessEntry | undefined): boolean => entry !== undefined && readProcess(entry.pid)?.startedAt === entry.startedAt;

/** What makes a place leads a process group, and would continue by itself when its ground has ended. */
function endMaking(supervisor: ProcessEntry | undefined): void {
  if (supervisor !== undefined && isAlive(supervisor)) signalQuietly(-supervisor.pid, 'SIGKILL');
}

const killed: StepExit = { kind: 'killed', signal: 'SIGKILL' };

/** What the shell says of a job that ended by itself. */
const endedByItself = /^\[\d+\]\S?\s+(?:Exit \d+|Done)\b/;
const signalBase = 128;

class RunningRequest implements PlacedStep {
  readonly begun: Promise<void>;
  readonly ended: Promise<StepExit>;
  #begin: () => void = () => undefined;
  #settle: (exit: StepExit) => void = () => undefined;
  #refusal: string | undefined;
  #endedByItself = false;

  constructor() {
    this.begun = new Promise((resolve) => (this.#begin = resolve));
    this.ended = new Promise((resolve) => (this.#settle = resolve));
  }

  hear(line: string): void {
    const [word, ...rest] = line.split(' ');
    if (word === 'begun') this.#begin();
    else if (word === 'refused') this.#refusal = rest.join(' ');
    else if (word === 'ended') this.end(this.#exitOf(Number(rest[0])));
    else this.#endedByItself = endedByItself.test(line);
  }

  end(exit: StepExit): void {
    this.#begin();
    this.#settle(exit);
  }

  #exitOf(status: number): StepExit {
    if (this.#refusal !== undefined) return { kind: 'failedToStart', reason: this.#refusal };
    const signal = this.#endedByItself ? undefined : signalNames.get(status - signalBase);
    return signal === undefined ? { kind: 'exited', exitCode: status } : { kind: 'killed', signal };
  }
}

/** Of several names for one signal the first is the usual one: SIGABRT, SIGIO. */
const signalNames: ReadonlyMap<number, string> = new Map(
  Object.entries(constants.signals)
    .map(([name, number]) => [number, name] as const)
    .toReversed(),
);
