import type { Reason } from '@drover/protocol';
import { PassThrough } from 'node:stream';
import type { Hands, HandsResult } from '../attempts/ports.js';
import type { AttemptEnvironment, RunningStep, StepCommand, StepExit } from '../executors/executor.js';

/** A program that a test plays: prints by `output`, ends by `exit`; told to stop with a grace time. */
export interface PlayedStep {
  readonly command: StepCommand;
  print(text: string | Buffer): void;
  exit(exit: StepExit): void;
  /** Resolves with the grace time when it is told to stop. */
  readonly stopped: Promise<number>;
}
export type Play = (step: PlayedStep) => void;

export const succeed: StepExit = { kind: 'exited', exitCode: 0 };

/** Prints the step's name and ends well. */
export const printName: Play = (step) => {
  step.print(`${step.command.env['DROVER_STEP'] ?? ''}\n`);
  step.exit(succeed);
};

export interface HandsScript {
  /** By the name of the step; others print their name. */
  readonly plays?: Readonly<Record<string, Play>>;
  readonly openFails?: string;
  /** What the place says after a step. */
  readonly hitLimit?: () => Reason | undefined;
  readonly checkout?: HandsResult;
  readonly upload?: HandsResult;
}

/** Hands without a machine: what steps do is played by the test, what was asked of them is remembered. */
export class ScriptedHands implements Hands {
  readonly commands: StepCommand[] = [];
  opened = 0;
  closed = 0;
  reaped = 0;
  /** Tells the attempt that was opened last of a limit. */
  onLimit: (reason: Reason) => void = () => undefined;
  readonly #script: HandsScript;

  constructor(script: HandsScript = {}) {
    this.#script = script;
  }

  open({ signal, onLimit }: Parameters<Hands['open']>[0]): ReturnType<Hands['open']> {
    this.opened += 1;
    this.onLimit = onLimit;
    if (this.#script.openFails !== undefined) return Promise.reject(new Error(this.#script.openFails));
    const running = new Set<RunningStep>();
    signal.addEventListener('abort', () => running.forEach((step) => step.stop(0)));
    const environment: AttemptEnvironment = {
      workspace: '/workspace',
      hostPath: '/workspace',
      hitLimit: () => this.#script.hitLimit?.(),
      start: (command) => Promise.resolve(this.#start(command, running)),
      close: () => Promise.resolve(),
    };
    return Promise.resolve({
      environment,
      close: () => {
        this.closed += 1;
        return Promise.resolve();
      },
    });
  }

  /** Replaces each secret by stars, whole pieces only. */
  createMasker(secrets: readonly string[]): ReturnType<Hands['createMasker']> {
    const mask = (text: string): string => secrets.reduce((masked, secret) => masked.replaceAll(secret, '***'), text);
    return { push: (chunk) => (secrets.length === 0 ? chunk : Buffer.from(mask(chunk.toString()))), flush: () => Buffer.alloc(0) };
  }

  checkout({ say }: Parameters<Hands['checkout']>[0]): Promise<HandsResult> {
    say('checking out');
    return Promise.resolve(this.#script.checkout ?? { ok: true, fact: 'commit 1' });
  }

  upload(): Promise<HandsResult> {
    return Promise.resolve(this.#script.upload ?? { ok: true });
  }

  reap(): Promise<readonly string[]> {
    this.reaped += 1;
    return Promise.resolve([]);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #start(command: StepCommand, running: Set<RunningStep>): RunningStep {
    this.commands.push(command);
    const output = new PassThrough();
    const exit = deferred<StepExit>();
    const stopped = deferred<number>();
    const step: RunningStep = { output, exit: exit.promise, stop: stopped.resolve };
    running.add(step);
    const play = this.#script.plays?.[command.env['DROVER_STEP'] ?? ''] ?? printName;
    play({
      command,
      print: (text) => void output.write(text),
      exit: (how) => output.end(() => exit.resolve(how)),
      stopped: stopped.promise,
    });
    return step;
  }
}

interface Deferred<T> {
  readonly promise: Promise<T>;
  readonly resolve: (value: T) => void;
}

export function deferred<T>(): Deferred<T> {
  let resolve: (value: T) => void = () => undefined;
  const promise = new Promise<T>((settle) => (resolve = settle));
  return { promise, resolve };
}
