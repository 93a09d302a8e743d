import type { Instant, Reason } from '@drover/protocol';
import type { AttemptResult, AttemptSpec, StepRecord } from '@drover/protocol/agent';
import type { Step } from '@drover/protocol/definition';
import { crashPoint } from '../crash-points.js';
import type { Cancel, Clock } from '../shared/clock.js';
import { messageOf } from '../shared/logger.js';
import type { LogFile } from '../spool/log-file.js';
import { AttemptLog, type LogTrouble } from './attempt-log.js';
import {
  beginCourse,
  closed,
  interrupted,
  isAlwaysRunning,
  nextStep,
  settledRecords,
  stepBegan,
  stepEnded,
  type Course,
  type Ending,
  type Moment,
  type StepVerdict,
} from './course.js';
import { maskedReason, maskedText } from './masked-reason.js';
import { HandsFailure, type Hands, type OpenedAttempt } from './ports.js';
import { StepRun } from './step-run.js';

export interface AttemptParts {
  readonly spec: AttemptSpec;
  readonly fencing: number;
  readonly agentName: string;
  readonly baseEnvironment: Readonly<Record<string, string>>;
  readonly hands: Hands;
  readonly clock: Clock;
  readonly file: LogFile;
  readonly startedAt: Instant;
  /** A step has begun or ended. */
  readonly onSteps: (records: readonly StepRecord[]) => void;
}

/** One attempt on this machine, from the opening of its place to its result. */
export class Attempt {
  readonly #parts: AttemptParts;
  readonly #log: AttemptLog;
  readonly #abort = new AbortController();
  #course: Course;
  #step: StepRun | undefined;
  #isOpen = false;
  #isInterrupted = false;
  #hasHitLimit = false;
  readonly #timers: Cancel[] = [];

  constructor(parts: AttemptParts) {
    this.#parts = parts;
    this.#course = beginCourse(parts.spec.steps);
    const masker = parts.hands.createMasker(parts.spec.secrets);
    this.#log = new AttemptLog({ file: parts.file, masker, clock: parts.clock, onTrouble: (trouble) => this.#diskTrouble(trouble) });
  }

  /** Whether it was told to end. */
  get isStopping(): boolean {
    return this.#isInterrupted || this.#course.isClosed;
  }

  /** X3: politely ends the running step, then runs the always steps within their limit. Later calls change nothing. */
  stop(reason: Reason): void {
    this.#interrupt({ outcome: 'stopped', reason });
  }

  /** Kills whatever runs; nothing more begins. */
  abandon(ending: Ending): void {
    this.#isInterrupted = true;
    this.#course = closed(interrupted(this.#course, ending));
    this.#step?.interrupt({ outcome: 'stopped' }, 0);
    this.#abort.abort();
  }

  /** Runs it to its end. Called once; never rejects. */
  async run(): Promise<AttemptResult> {
    const { spec, clock } = this.#parts;
    const limitSeconds = spec.timeoutSeconds;
    this.#timers.push(
      clock.after(limitSeconds * 1_000, () =>
        this.#interrupt({ outcome: 'timedOut', reason: { code: 'taskTimedOut', parameters: { limitSeconds } } }),
      ),
    );
    try {
      await this.#runInPlace();
    } catch (error) {
      this.#course = interrupted(this.#course, {
        outcome: 'failed',
        reason: { code: 'internal', parameters: { detail: messageOf(error).slice(0, 2_000) } },
      });
    }
    for (const cancel of this.#timers) cancel();
    return this.#result();
  }

  async #runInPlace(): Promise<void> {
    const place = await this.#open();
    if (!place) return;
    try {
      for (let index = nextStep(this.#course); index !== undefined; index = nextStep(this.#course)) await this.#runStep(index, place);
    } finally {
      await place.close();
      crashPoint('agent.environment.closed');
    }
  }

  async #open(): Promise<OpenedAttempt | undefined> {
    const { hands, spec } = this.#parts;
    if (this.#course.isClosed) return undefined;
    try {
      const place = await hands.open({
        spec,
        say: (line) => this.#log.say(line),
        onDiskLow: () => this.#diskTrouble({ isDiskFull: true, detail: '' }),
        onLimit: (reason) => this.#hitLimit(reason),
        signal: this.#abort.signal,
      });
      crashPoint('agent.environment.opened');
      this.#isOpen = true;
      return place;
    } catch (error) {
      const reason: Reason =
        error instanceof HandsFailure
          ? error.reason
          : { code: 'workspaceFailed', parameters: { detail: messageOf(error).slice(0, 2_000) } };
      this.#course = closed(interrupted(this.#course, { outcome: 'failed', reason }));
      return undefined;
    }
  }

  async #runStep(index: number, { environment }: OpenedAttempt): Promise<void> {
    const step = this.#parts.spec.steps[index];
    if (!step) throw new Error(`there is no step ${index}`);
    this.#course = stepBegan(this.#course, index, await this.#moment());
    this.#parts.onSteps(this.#course.records);
    this.#step = new StepRun({ ...this.#parts, environment, log: this.#log }, step);
    const cancelLimit = this.#limitStep(step, this.#step);
    if (this.#course.isClosed || (this.#course.ending && step.always !== true)) this.#step.interrupt({ outcome: 'stopped' }, 0);
    const verdict = await this.#step.run();
    crashPoint('agent.step.ended');
    cancelLimit();
    this.#step = undefined;
    const limit = await environment.hitLimit?.();
    if (limit) this.#hitLimit(limit);
    this.#course = stepEnded(this.#course, this.#maskedFact(verdict), await this.#moment());
    this.#parts.onSteps(this.#course.records);
  }

  #limitStep({ name, timeoutSeconds: limitSeconds }: Step, running: StepRun): Cancel {
    if (limitSeconds === undefined) return () => undefined;
    const reason: Reason = { code: 'stepTimedOut', parameters: { step: name, limitSeconds } };
    return this.#parts.clock.after(limitSeconds * 1_000, () => running.interrupt({ outcome: 'timedOut', reason }, this.#graceMs));
  }

  /** Ends the course but for its always steps, and those too once their time is up. */
  #interrupt(ending: Ending): void {
    if (this.#isInterrupted) return;
    this.#isInterrupted = true;
    if (!this.#isOpen) return this.abandon(ending);
    this.#course = interrupted(this.#course, ending);
    if (!isAlwaysRunning(this.#course)) this.#step?.interrupt({ outcome: 'stopped' }, this.#graceMs);
    const limitMs = this.#graceMs + this.#parts.spec.alwaysStepsLimitSeconds * 1_000;
    this.#timers.push(this.#parts.clock.after(limitMs, () => this.abandon(ending)));
  }

  /** What it runs is killed at once, an always step too: it would not end by being asked. The always steps that follow have room again. */
  #hitLimit(reason: Reason): void {
    if (this.#hasHitLimit) return;
    this.#hasHitLimit = true;
    this.#step?.interrupt({ outcome: 'failed', reason }, 0);
    this.#interrupt({ outcome: 'failed', reason });
  }

  get #graceMs(): number {
    return this.#parts.spec.graceSeconds * 1_000;
  }

  #diskTrouble({ isDiskFull, detail }: LogTrouble): void {
    const reason: Reason = isDiskFull
      ? { code: 'diskFull', parameters: { agent: this.#parts.agentName } }
      : { code: 'spoolBroken', parameters: { detail } };
    this.#interrupt({ outcome: 'failed', reason });
  }

  /** P3: a fact is made of fields that may have been given a secret, such as a version. */
  #maskedFact(verdict: StepVerdict): StepVerdict {
    if (verdict.outcome !== 'succeeded' || verdict.fact === undefined) return verdict;
    return { ...verdict, fact: maskedText(this.#parts.hands.createMasker(this.#parts.spec.secrets), verdict.fact) };
  }

  /** Now, and the end of the log behind everything printed so far. */
  async #moment(): Promise<Moment> {
    await this.#log.settle();
    return { now: this.#parts.clock.now(), offset: this.#log.end };
  }

  async #result(): Promise<AttemptResult> {
    const { spec, startedAt, clock, hands } = this.#parts;
    const log = await this.#log.seal();
    const { ending, warnings, lastExitCode } = this.#course;
    const masked = (reason: Reason): Reason => maskedReason(hands.createMasker(spec.secrets), reason);
    const exitCode = ending ? ending.exitCode : lastExitCode;
    return {
      outcome: ending?.outcome ?? 'succeeded',
      ...(ending ? { reason: masked(ending.reason) } : {}),
      ...(exitCode === undefined ? {} : { exitCode }),
      startedAt,
      finishedAt: Math.max(clock.now(), startedAt),
      steps: [...settledRecords(this.#course)],
      log,
      warnings: warnings.map(masked),
    };
  }
}
