import { posix } from 'node:path';
import type { Reason } from '@drover/protocol';
import type { AttemptSpec } from '@drover/protocol/agent';
import type { Step } from '@drover/protocol/definition';
import { crashPoint } from '../crash-points.js';
import { missingProgram, type AttemptEnvironment, type RunningStep, type StepExit } from '../executors/executor.js';
import type { Clock } from '../shared/clock.js';
import { messageOf } from '../shared/logger.js';
import type { AttemptLog } from './attempt-log.js';
import type { StepVerdict } from './course.js';
import { watchKeyboard } from './keyboard-watch.js';
import type { CheckoutStep, Hands, HandsRequest, HandsResult, ShellStep, UploadPackageStep } from './ports.js';
import { scriptCommand } from './script.js';
import { stepEnvironment } from './step-environment.js';

export interface StepSurroundings {
  readonly spec: AttemptSpec;
  readonly fencing: number;
  readonly agentName: string;
  readonly baseEnvironment: Readonly<Record<string, string>>;
  readonly environment: AttemptEnvironment;
  readonly hands: Hands;
  readonly log: AttemptLog;
  readonly clock: Clock;
}

/** Why a step was ended from outside: with the course, because its own time was up, or because it used too much. */
export type Interruption = { readonly outcome: 'stopped' } | { readonly outcome: 'timedOut' | 'failed'; readonly reason: Reason };

/** One step from its beginning to its verdict. The first interruption is the verdict, whatever the program then does. */
export class StepRun {
  readonly #around: StepSurroundings;
  readonly #step: Step;
  readonly #abort = new AbortController();
  #interruption: Interruption | undefined;
  #graceMs = 0;
  #running: RunningStep | undefined;

  constructor(around: StepSurroundings, step: Step) {
    this.#around = around;
    this.#step = step;
  }

  /** Politely first, by force after the grace time. */
  interrupt(interruption: Interruption, graceMs: number): void {
    if (this.#interruption) return;
    this.#interruption = interruption;
    this.#graceMs = graceMs;
    this.#running?.stop(graceMs);
    this.#abort.abort();
  }

  /** Never rejects. */
  async run(): Promise<StepVerdict> {
    if (this.#interruption) return this.#interruption;
    try {
      const verdict = await this.#perform(this.#step);
      return this.#interruption ?? verdict;
    } catch (error) {
      return this.#interruption ?? this.#notStarted(messageOf(error));
    }
  }

  #perform(step: Step): Promise<StepVerdict> {
    switch (step.type) {
      case 'shell':
        return this.#shell(step);
      case 'checkout':
        return this.#checkout(step);
      case 'uploadPackage':
        return this.#upload(step);
    }
  }

  async #shell(step: ShellStep): Promise<StepVerdict> {
    const { environment, spec, agentName, baseEnvironment, log, clock } = this.#around;
    const { workspace } = environment;
    const env = stepEnvironment(baseEnvironment, { spec, agentName, workspace, stepName: step.name });
    const running = await environment.start({
      argv: scriptCommand(step, environment.finds?.('bash', env['PATH'] ?? '')),
      env,
      cwd: posix.join(workspace, step.workingDirectory ?? ''),
    });
    crashPoint('agent.step.started');
    this.#running = running;
    if (this.#interruption) running.stop(this.#graceMs);
    const cancelWatch = watchKeyboard({ running, clock, printed: () => log.printedBytes, say: (line) => log.say(line) });
    const [exit] = await Promise.all([running.exit, log.drain(running.output)]);
    cancelWatch();
    return this.#verdictOf(exit);
  }

  async #checkout(step: CheckoutStep): Promise<StepVerdict> {
    const { sources } = this.#around.spec;
    const source =
      sources.find(({ alias, primary }) => (step.source === undefined ? primary : alias === step.source)) ??
      (step.source === undefined ? sources[0] : undefined);
    if (!source)
      return {
        outcome: 'failed',
        reason: { code: 'checkoutFailed', parameters: { source: step.source ?? '', detail: 'the pipeline has no such source' } },
      };
    await this.#around.environment.forAgent?.();
    return verdictOfHands(await this.#around.hands.checkout({ ...this.#request(), step, source }));
  }

  async #upload(step: UploadPackageStep): Promise<StepVerdict> {
    await this.#around.environment.forAgent?.();
    const verdict = verdictOfHands(await this.#around.hands.upload({ ...this.#request(), step }));
    return verdict.outcome === 'failed' ? { ...verdict, warning: verdict.reason } : verdict;
  }

  #request(): HandsRequest {
    const { spec, fencing, environment, log } = this.#around;
    return { spec, fencing, environment, say: (line) => log.say(line), print: (bytes) => log.print(bytes), signal: this.#abort.signal };
  }

  #verdictOf(exit: StepExit): StepVerdict {
    const step = this.#step.name;
    switch (exit.kind) {
      case 'exited':
        if (exit.exitCode === 0) return { outcome: 'succeeded', exitCode: 0 };
        return {
          outcome: 'failed',
          exitCode: exit.exitCode,
          reason: { code: 'stepFailed', parameters: { step, exitCode: exit.exitCode } },
        };
      case 'killed':
        return { outcome: 'failed', reason: { code: 'stepKilled', parameters: { step, signal: exit.signal } } };
      case 'failedToStart':
        if (this.#step.type === 'shell' && this.#step.shell !== undefined && exit.reason === missingProgram(this.#step.shell))
          return { outcome: 'failed', reason: { code: 'shellNotFound', parameters: { step, shell: this.#step.shell } } };
        return this.#notStarted(exit.reason);
    }
  }

  #notStarted(detail: string): StepVerdict {
    return { outcome: 'failed', reason: { code: 'stepNotStarted', parameters: { step: this.#step.name, detail: detail.slice(0, 2_000) } } };
  }
}

function verdictOfHands(result: HandsResult): StepVerdict {
  if (!result.ok) return { outcome: 'failed', reason: result.reason };
  return { outcome: 'succeeded', ...(result.fact === undefined ? {} : { fact: result.fact }) };
}
