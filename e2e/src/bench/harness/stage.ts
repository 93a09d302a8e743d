import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Farm, type FarmOptions } from '../../testing/farm.js';
import type { FigureName } from './figures.js';

/** What is measured together, because it needs the same farm. */
export interface Subject {
  readonly name: string;
  readonly figures: readonly FigureName[];
  /** After this it is given up. */
  readonly limitMs: number;
  /** Measures each figure that the stage wants, in so many rounds as it says. */
  readonly measure: (stage: Stage) => Promise<void>;
}

export interface StageParts {
  readonly rounds: number;
  readonly wanted: ReadonlySet<FigureName>;
  readonly record: (figure: FigureName, value: number) => void;
  readonly say: (text: string) => void;
  /** Of node itself, for the controllers: to profile them. */
  readonly nodeArguments: readonly string[];
}

/** What one subject works on: its farms and folders, which are gone when it closes, and the place for its figures. */
export class Stage {
  readonly #parts: StageParts;
  readonly #closers: Array<() => Promise<void> | void> = [];

  constructor(parts: StageParts) {
    this.#parts = parts;
  }

  get rounds(): number {
    return this.#parts.rounds;
  }

  wants(...figures: readonly FigureName[]): boolean {
    return figures.some((figure) => this.#parts.wanted.has(figure));
  }

  /** Takes down the value of one round; of a figure that nobody asked for, nothing. */
  record(figure: FigureName, value: number): void {
    if (this.wants(figure)) this.#parts.record(figure, value);
  }

  /** What is going on now. */
  say(text: string): void {
    this.#parts.say(text);
  }

  /** Closed with the stage, the latest first. */
  owns(close: () => Promise<void> | void): void {
    this.#closers.push(close);
  }

  /** A farm whose controller logs nothing but what goes wrong. */
  async farm({ env = {} }: Pick<FarmOptions, 'env'> = {}): Promise<Farm> {
    const starting = Farm.start({ env: { DROVER_LOG_LEVEL: 'warn', ...env }, nodeArguments: this.#parts.nodeArguments });
    this.owns(async () => (await starting.catch(() => undefined))?.close()); // also when it is interrupted before it has started
    return starting;
  }

  async folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'drover-bench-'));
    this.owns(() => rm(folder, { recursive: true, force: true }));
    return folder;
  }

  async close(): Promise<void> {
    for (const close of this.#closers.splice(0).toReversed()) {
      await Promise.resolve()
        .then(close)
        .catch((error: unknown) => this.say(`not everything could be closed: ${String(error)}`));
    }
  }
}
