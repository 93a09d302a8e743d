import type { AttemptId } from '@drover/protocol';
import type { AgentMessage, AgentReply } from '@drover/protocol/agent';
import { LogRefused } from '../logs/log-storage.js';
import type { LogIdentity, LogIntake } from '../ports/logs.js';
import { refusal } from './hello.js';

/** Log bytes of one connection that may be on their way into the store at once. */
const mostInFlightBytes = 8_000_000;

type LogMessage = Extract<AgentMessage, { type: 'log' }>;

/** Frames of all connections that are on their way into the store. */
export class LogsUnderWay {
  readonly #last = new Map<AttemptId, Promise<void>>();

  add(attemptId: AttemptId, append: Promise<unknown>): void {
    const both = Promise.allSettled([this.#last.get(attemptId), append]).then(() => {
      if (this.#last.get(attemptId) === both) this.#last.delete(attemptId);
    });
    this.#last.set(attemptId, both);
  }

  /** Resolves when every frame that came before is stored, or refused. */
  async settled(attemptId: AttemptId): Promise<void> {
    await this.#last.get(attemptId);
  }
}

/** Hands the log frames of one connection to the store, which keeps their order and lets them share a flush; not more at once than memory allows. */
export class LogFeed {
  readonly #logs: LogIntake;
  readonly #underWay: LogsUnderWay;
  #inFlightBytes = 0;

  constructor(logs: LogIntake, underWay: LogsUnderWay) {
    this.#logs = logs;
    this.#underWay = underWay;
  }

  async append(log: LogIdentity, { offset, bytes, marks }: LogMessage): Promise<AgentReply<'log'>> {
    if (this.#inFlightBytes + bytes.length > mostInFlightBytes)
      return refusal('unavailable', 'More of the log is on its way than the controller takes at once.', 1_000);
    this.#inFlightBytes += bytes.length;
    try {
      const append = this.#logs.append(log, { offset, bytes, marks });
      this.#underWay.add(log.attemptId, append);
      return { ok: true, end: (await append).end };
    } catch (error) {
      if (error instanceof LogRefused) return refusalOf(error);
      throw error;
    } finally {
      this.#inFlightBytes -= bytes.length;
    }
  }
}

function refusalOf({ code }: LogRefused): AgentReply<'log'> {
  switch (code) {
    case 'sealed':
      return refusal('stale', 'The log is closed: the attempt has ended.');
    case 'storageFull':
      return refusal('unavailable', 'The controller has no room for logs; it is tried again.', 5_000);
    case 'unavailable':
      return refusal('unavailable', 'The log could not be stored just now; try again.', 1_000);
  }
}
