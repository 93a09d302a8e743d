import type { Instant } from '@drover/protocol';

/** Wall clock, for what people read. Rules about liveness use `Monotonic`. */
export interface Clock {
  now(): Instant;
}

/** Milliseconds since some moment; never goes back. */
export interface Monotonic {
  elapsedMs(): number;
}

/** New sortable ids: 26 lower-case characters, growing within one process. */
export interface Ids {
  next(): string;
}

/** One-shot timers, so that services own no clock. `at` is a delay from now. Closing the owner cancels them. */
export interface Timers {
  after(delayMs: number, action: () => void): Cancel;
}
export type Cancel = () => void;

/** A place between two writes or sends where the process may be made to die, by its name. No effect in production. */
export interface CrashPoints {
  reach(name: string): void;
}

/** Structured log: text constant, facts as fields; never a secret. */
export interface Log {
  debug(text: string, fields?: LogFields): void;
  info(text: string, fields?: LogFields): void;
  warn(text: string, fields?: LogFields): void;
  error(text: string, fields?: LogFields): void;
  /** The same log with these fields on each line. */
  with(fields: LogFields): Log;
}
export type LogFields = Readonly<Record<string, unknown>>;
