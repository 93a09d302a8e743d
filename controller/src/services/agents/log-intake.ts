import type { AttemptId } from '@drover/protocol';
import type { AgentMessage, AgentReply } from '@drover/protocol/agent';
import type { LogIdentity, LogIntake } from '../ports/logs.js';
import type { Serial } from '../serial.js';
import { refusal } from './hello.js';

/** Log bytes of one connection that may be on their way into the store at once. */
const mostInFlightBytes = 8_000_000;

type LogMessage = Extract<AgentMessage, { type: 'log' }>;

/** Hands the log frames of one connection to the store: in order for each attempt, and not more at once than memory allows. */
export class LogFeed {
  readonly #logs: LogIntake;
  readonly #serial: Serial<AttemptId>;
  #inFlightBytes = 0;

  constructor(logs: LogIntake, serial: Serial<AttemptId>) {
    this.#logs = logs;
    this.#serial = serial;
  }

  async append(log: LogIdentity, { offset, bytes, marks }: LogMessage): Promise<AgentReply<'log'>> {
    if (this.#inFlightBytes + bytes.length > mostInFlightBytes)
      return refusal('unavailable', 'More of the log is on its way than the controller takes at once.', 1_000);
    this.#inFlightBytes += bytes.length;
    try {
      const { end } = await this.#serial.run(log.attemptId, () => this.#logs.append(log, { offset, bytes, marks }));
      return { ok: true, end };
    } finally {
      this.#inFlightBytes -= bytes.length;
    }
  }
}
