import { setTimeout as delay } from 'node:timers/promises';
import type { RunView } from '@drover/protocol/api';
import { readyLine, type Farm } from '../testing/farm.js';
import type { Program } from '../testing/programs.js';

/** From its start to the point at which it dies a program takes two seconds or three; on a machine that others keep busy, up to this. */
const deathLimitMs = 45_000;
/** What a test may take for each life. */
export const lifeLimitMs = 30_000;

/** The controller of a farm as something that is killed again and again. */
export class MortalController {
  private ready: Promise<unknown> = Promise.resolve();
  private waiting: Array<() => void> = [];

  constructor(private readonly farm: Farm) {}

  /** It dies at each of these points in turn, brought back each time armed for the next, and lives in the end. `begin` brings work to the first. */
  async dieAt<T>(points: readonly string[], begin: () => Promise<T>): Promise<T> {
    await killed(this.farm.controller);
    const begun: Array<Promise<T>> = [];
    for (const point of points) {
      const dying = this.launch({ DROVER_CRASH_AT: point });
      if (begun.length === 0) begun.push(begin());
      await diedAt(point, dying);
    }
    this.launch({});
    await this.ready;
    const [result = begin()] = begun;
    return result;
  }

  /** Asks until it is answered, however often the controller dies meanwhile. */
  async ask<T>(request: () => Promise<T>): Promise<T> {
    for (;;) {
      const asked = this.farm.controller;
      const next = new Promise<void>((resolve) => this.waiting.push(resolve));
      try {
        await this.ready;
        return await request();
      } catch (error) {
        if (!(error instanceof TypeError) && asked.isRunning) throw error;
      }
      if (this.farm.controller === asked) await next;
    }
  }

  /** Starts a run; the same one however often that is asked. */
  start(pipelineId: string, key: string): Promise<RunView> {
    return this.ask(() => this.farm.api.post<RunView>(`/pipelines/${pipelineId}/runs`, {}, { 'idempotency-key': key }));
  }

  private launch(env: NodeJS.ProcessEnv): Program {
    const program = this.farm.launchController(env);
    this.ready = program.line(readyLine);
    this.ready.catch(() => undefined); // it may die before
    for (const go of this.waiting.splice(0)) go();
    return program;
  }
}

/** The agent dies at each of these points in turn, and lives in the end. `begin` is called when it is started for the first. */
export async function agentDiesAt(
  farm: Farm,
  name: string,
  points: readonly string[],
  begin: () => Promise<unknown> = async () => undefined,
): Promise<void> {
  await killAgent(farm, name);
  for (const [index, point] of points.entries()) {
    const dying = farm.launchAgent(name, { DROVER_CRASH_AT: point });
    if (index === 0) await begin();
    await diedAt(point, dying);
  }
  await farm.startAgent(name);
}

export async function killAgent(farm: Farm, name: string): Promise<void> {
  const agent = farm.agents.get(name);
  if (agent !== undefined) await killed(agent);
}

export async function killed(program: Program): Promise<void> {
  program.kill('SIGKILL');
  await program.ended;
}

/** Resolves when the program was killed, by its crash point; rejects with its last lines where it doesn't come to that. */
export async function diedAt(point: string, program: Program): Promise<void> {
  const giveUp = new AbortController();
  const late = delay(deathLimitMs, undefined, { signal: giveUp.signal }).catch(() => undefined);
  const end = await Promise.race([program.ended, late]);
  giveUp.abort();
  if (end?.signal === 'SIGKILL') return;
  const found = end === undefined ? `was not passed within ${deathLimitMs} ms` : `the process ended otherwise: ${JSON.stringify(end)}`;
  throw new Error(`${point}: ${found}; its last lines:\n${program.lines.slice(-15).join('\n')}`);
}
