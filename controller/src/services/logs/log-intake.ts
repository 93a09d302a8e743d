import type { AttemptId } from '@drover/protocol';
import type { LogView } from '@drover/protocol/api';
import { judgeLog } from '../../domain/logs/verdict.js';
import type { Integrity } from '../integrity/integrity.js';
import type { Cancel, Timers } from '../ports/environment.js';
import type { LogIdentity, LogIntake } from '../ports/logs.js';
import type { Signals } from '../ports/signals.js';
import type { LogStorage } from './log-storage.js';
import { logIdOf } from './stored-log.js';

export interface LogIntakePorts {
  readonly storage: LogStorage;
  readonly signals: Signals;
  readonly timers: Timers;
  readonly integrity: Integrity;
}

/** A growing log is announced this often at most: more often than agents send what is watched. */
const growthEveryMs = 15;

/** Takes logs in. Readers hear of growth at once after a silence, then every few milliseconds. */
export class LogService implements LogIntake {
  private readonly growing = new Map<AttemptId, { readonly log: LogIdentity; end: number; told: number }>();
  private cancel: Cancel | undefined;

  constructor(private readonly ports: LogIntakePorts) {}

  async append(log: LogIdentity, frame: Parameters<LogIntake['append']>[1]): Promise<{ readonly end: number }> {
    const answer = await this.ports.storage.append(log, frame);
    this.grew(log, answer.end);
    return answer;
  }

  async end(log: LogIdentity): Promise<number> {
    return (await this.ports.storage.stat(log)).sizeBytes;
  }

  async finish(...[log, proof]: Parameters<LogIntake['finish']>): Promise<LogView> {
    return this.ports.storage.seal(log, (stored) => judgeLog(stored, proof));
  }

  async view(log: LogIdentity): Promise<LogView> {
    const { sizeBytes, lines, seal } = await this.ports.storage.stat(log);
    if (!seal) return { sizeBytes, lines, state: 'live' };
    return this.ports.integrity.damageOf(logIdOf(log)) ? { ...seal, state: 'damaged' } : seal;
  }

  async remove(log: LogIdentity): Promise<void> {
    await this.ports.storage.remove(log);
    await this.ports.integrity.forget(logIdOf(log));
  }

  close(): void {
    this.cancel?.();
    this.cancel = undefined;
    this.growing.clear();
  }

  private grew(log: LogIdentity, end: number): void {
    const known = this.growing.get(log.attemptId);
    if (known) known.end = Math.max(known.end, end);
    else {
      this.growing.set(log.attemptId, { log, end, told: end });
      this.tell(log, end);
    }
    this.cancel ??= this.ports.timers.after(growthEveryMs, () => this.tellAll());
  }

  private tellAll(): void {
    this.cancel = undefined;
    for (const [attemptId, growth] of this.growing) {
      if (growth.end === growth.told) this.growing.delete(attemptId);
      else {
        growth.told = growth.end;
        this.tell(growth.log, growth.end);
      }
    }
    if (this.growing.size > 0) this.cancel = this.ports.timers.after(growthEveryMs, () => this.tellAll());
  }

  private tell({ projectId, attemptId }: LogIdentity, end: number): void {
    this.ports.signals.publish({ type: 'logGrew', projectId, attemptId, end });
  }
}
