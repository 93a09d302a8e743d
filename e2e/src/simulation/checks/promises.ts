import { createHash } from 'node:crypto';
import type { Answer, AttemptRecord } from '@drover/controller/simulated';
import type { AttemptId } from '@drover/protocol';
import type { AgentMessage, LogProof } from '@drover/protocol/agent';
import type { Database } from '../world/database.js';
import type { Deed } from '../world/machine.js';
import { short } from '../world/time/trace.js';
import type { World } from '../world/world.js';

type MessageOf<T extends AgentMessage['type']> = Extract<AgentMessage, { type: T }>;

/** What a controller has said yes to is durable at that moment, and stays: claims, ends, and the bytes of logs (I5). */
export class PromiseChecks {
  readonly #world: World;
  readonly #database: () => Database;
  readonly #deeds: ReadonlyMap<AttemptId, Deed>;
  /** Bytes of each log that an agent was told are stored. */
  readonly #stored = new Map<AttemptId, number>();
  /** Bytes of each log that were compared with what was printed. */
  readonly #compared = new Map<AttemptId, number>();

  constructor(world: World, database: () => Database, deeds: ReadonlyMap<AttemptId, Deed>) {
    this.#world = world;
    this.#database = database;
    this.#deeds = deeds;
  }

  answered(message: AgentMessage, answer: Answer): void {
    if (!answer.ok) return;
    if (message.type === 'accept' && 'fencing' in answer) this.#granted(message, answer.fencing);
    if (message.type === 'finished') this.#finished(message);
    if (message.type === 'log' && 'end' in answer) this.#logged(message.attemptId, answer.end);
  }

  /** B1: what is stored is what was printed, byte for byte, as far as it goes. */
  logGrew(attemptId: AttemptId): void {
    const stored = this.#database().logs.bytesOf(attemptId);
    const from = this.#compared.get(attemptId) ?? 0;
    if (stored.length <= from) return;
    const printed = Buffer.concat(this.#deeds.get(attemptId)?.printed ?? []);
    this.#must(
      stored.subarray(from).equals(printed.subarray(from, stored.length)),
      `the log of ${short(attemptId)} is not what was printed (I5)`,
    );
    this.#compared.set(attemptId, stored.length);
  }

  async atEnd(): Promise<void> {
    for (const [attemptId, end] of this.#stored) this.#mustHold(attemptId, end);
    for (const record of this.#database().attempts.records.values())
      if (record.log !== undefined && record.outcome !== 'lost') await this.#mustBeWhole(record, record.log);
  }

  /** B1: everything that was printed is there. What is not, because the disk of the agent did not take it, is said to be cut or missing. */
  async #mustBeWhole({ _id, projectId, runId }: AttemptRecord, log: LogProof): Promise<void> {
    const { logs } = this.#database();
    const { printed = [], isPowerLost = false } = this.#deeds.get(_id) ?? {};
    const stored = logs.bytesOf(_id);
    const isWhole = stored.length === log.sizeBytes && createHash('sha256').update(stored).digest('hex') === log.sha256;
    const isLostWithPower = log.cut && isPowerLost && stored.length < log.sizeBytes; // a log is cut, too, that was never synced
    this.#must(isWhole || isLostWithPower, `the log of ${short(_id)} has ${stored.length} bytes, the agent proved ${log.sizeBytes} (I5)`);
    const printedBytes = printed.reduce((sum, { length }) => sum + length, 0);
    this.#must(
      log.cut || printedBytes === stored.length,
      `the log of ${short(_id)} has ${stored.length} of ${printedBytes} bytes that were printed (I5)`,
    );
    const state = (await logs.stat({ attemptId: _id, projectId, runId })).seal?.state;
    const due = !isWhole ? 'missing' : log.cut ? 'cut' : 'complete';
    this.#must(state === due, `the log of ${short(_id)} is said to be ${state ?? 'live'}, it is ${due} (B1)`);
  }

  #granted({ attemptId, offerId, slot }: MessageOf<'accept'>, fencing: number): void {
    const record = this.#database().attempts.records.get(attemptId);
    // asked again on a later connection it was claimed again; this yes is then heard by nobody
    const isStored = record !== undefined && record.fencing >= fencing;
    const isClaimed = isStored && record.offerId === offerId && record.slot === slot;
    this.#must(isClaimed, `${short(attemptId)} was granted under #${fencing}, stored is #${record?.fencing} (I1)`);
  }

  #finished({ attemptId, fencing }: MessageOf<'finished'>): void {
    const record = this.#database().attempts.records.get(attemptId);
    const isStored = record?.state === 'finished' && record.fencing === fencing && record.log !== undefined;
    this.#must(isStored, `the end of ${short(attemptId)} was acknowledged and is not stored: ${record?.state}`);
  }

  #logged(attemptId: AttemptId, end: number): void {
    this.#stored.set(attemptId, Math.max(end, this.#stored.get(attemptId) ?? 0));
    this.#mustHold(attemptId, end);
  }

  #mustHold(attemptId: AttemptId, end: number): void {
    const { length } = this.#database().logs.bytesOf(attemptId);
    this.#must(length >= end, `${end} bytes of the log of ${short(attemptId)} were acknowledged, ${length} are stored (I5)`);
  }

  #must(holds: boolean, breach: string): void {
    if (!holds) this.#world.breaches.push(breach);
  }
}
