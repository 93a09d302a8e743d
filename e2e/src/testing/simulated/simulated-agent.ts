import type { AttemptId, Instant, OfferId, Outcome, Reason } from '@drover/protocol';
import {
  maxLogFrameBytes,
  type AgentReply,
  type AttemptSpec,
  type ControllerMessage,
  type HeldAttempt,
  type HelloReply,
} from '@drover/protocol/agent';
import { SimulatedLink } from './simulated-link.js';
import { resultOf } from './simulated-machine.js';

/** What a simulated agent makes of an attempt. */
export interface Play {
  /** What it prints: at once, or spread evenly over the time that it lasts. */
  readonly output?: Uint8Array;
  readonly lastsMs?: number;
  readonly outcome?: 'succeeded' | 'failed';
}

export interface SimulatedAgentParts {
  readonly url: string;
  readonly name: string;
  readonly token: string;
  readonly slots: number;
  /** Called once for each attempt that is granted; asked again it would have begun twice. */
  readonly play: (spec: AttemptSpec) => Play;
  readonly onReady?: () => void;
}

interface Work {
  readonly spec: AttemptSpec;
  readonly startedAt: Instant;
  /** All that it will print; a stop leaves it at what was printed by then. */
  output: Uint8Array;
  readonly lastsMs: number;
  outcome: Exclude<Outcome, 'skipped'> | undefined;
  end: NodeJS.Timeout | undefined;
}
interface Held {
  readonly attemptId: AttemptId;
  readonly offerId: OfferId;
  readonly slot: number;
  fencing: number;
  /** Undefined until the claim is granted. */
  work: Work | undefined;
  storedBytes: number;
  /** One message of an attempt is on its way at a time. */
  isAsking: boolean;
}

const unprinted = new Uint8Array();
/** While an attempt prints over a time, its output is looked at this often. */
const printEveryMs = 100;
const postponedMs = 1_000;

/** An agent in name only: speaks the whole agent link, keeps its attempts over cut connections, and runs nothing. */
export class SimulatedAgent {
  readonly link: SimulatedLink;
  readonly #parts: SimulatedAgentParts;
  readonly #held = new Map<AttemptId, Held>();
  /** Offers that came while the result of an attempt, which the controller knows already, was not answered yet. */
  readonly #parked = new Map<AttemptId, OfferId>();
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(parts: SimulatedAgentParts) {
    this.#parts = parts;
    this.link = new SimulatedLink({
      ...parts,
      held: () => this.#statements(),
      ready: (reply) => this.#resume(reply),
      down: () => this.#parked.clear(),
      message: (message) => this.#hear(message),
    });
  }

  get name(): string {
    return this.#parts.name;
  }

  get holds(): number {
    return this.#held.size;
  }

  close(): void {
    this.link.close();
    for (const timer of this.#timers) clearTimeout(timer);
    this.#held.clear();
  }

  #statements(): readonly HeldAttempt[] {
    return [...this.#held.values()].flatMap((held) =>
      held.work === undefined
        ? []
        : [
            {
              attemptId: held.attemptId,
              fencing: held.fencing,
              state: held.work.outcome === undefined ? 'running' : 'finished',
              logEnd: held.storedBytes,
            },
          ],
    );
  }

  #resume({ attempts }: HelloReply): void {
    for (const { attemptId, verdict, logEnd } of attempts) {
      const held = this.#held.get(attemptId);
      if (verdict === 'drop') this.#forget(attemptId);
      else if (held !== undefined) held.storedBytes = logEnd;
      if (verdict === 'stop') this.#stop(attemptId);
    }
    for (const held of this.#held.values()) {
      held.isAsking = false;
      if (held.work === undefined) void this.#accept(held);
      else void this.#tell(held, held.work);
    }
    this.#parts.onReady?.();
  }

  #hear(message: ControllerMessage): void {
    if (message.type === 'offer') this.#offered(message);
    else if (message.type === 'withdrawOffer') this.#parked.delete(message.attemptId);
    else if (message.type === 'stopAttempt') this.#stop(message.attemptId);
    else if (message.type === 'dropAttempt') this.#forget(message.attemptId);
    else if (message.type === 'removed') this.close();
  }

  #offered({ attemptId, offerId }: { readonly attemptId: AttemptId; readonly offerId: OfferId }): void {
    if (this.#held.has(attemptId)) return;
    const taken = new Set([...this.#held.values()].map(({ slot }) => slot));
    const slot = Array.from({ length: this.#parts.slots }, (_, index) => index).find((index) => !taken.has(index));
    if (slot === undefined) return this.#full(attemptId, offerId);
    const held: Held = { attemptId, offerId, slot, fencing: 0, work: undefined, storedBytes: 0, isAsking: false };
    this.#held.set(attemptId, held);
    void this.#accept(held);
  }

  #full(attemptId: AttemptId, offerId: OfferId): void {
    const ending = [...this.#held.values()].filter(({ work }) => work?.outcome !== undefined).length;
    const reason: Reason = { code: 'agentNoFreeSlot', parameters: { slots: this.#parts.slots } };
    if (ending > this.#parked.size) this.#parked.set(attemptId, offerId);
    else void this.link.send<'decline'>({ type: 'decline', attemptId, offerId, reason });
  }

  async #accept(held: Held): Promise<void> {
    const { attemptId, offerId, slot } = held;
    const reply = await this.link.send<'accept'>({ type: 'accept', attemptId, offerId, slot });
    if (reply === undefined || this.#held.get(attemptId) !== held || held.work !== undefined) return;
    if (reply.ok) this.#begin(held, reply);
    else if (reply.code === 'unavailable') this.#after(reply.retryAfterMs ?? postponedMs, () => void this.#accept(held));
    else this.#forget(attemptId);
  }

  #begin(held: Held, { fencing, spec }: Extract<AgentReply<'accept'>, { ok: true }>): void {
    const { output = unprinted, lastsMs = 0, outcome = 'succeeded' } = this.#parts.play(spec);
    const work: Work = { spec, startedAt: Date.now(), output, lastsMs, outcome: undefined, end: undefined };
    held.fencing = fencing;
    held.work = work;
    if (lastsMs === 0) work.outcome = outcome;
    else work.end = this.#after(lastsMs, () => this.#end(held, work, outcome));
    void this.#tell(held, work);
  }

  #end(held: Held, work: Work, outcome: Exclude<Outcome, 'skipped'>): void {
    work.outcome ??= outcome;
    void this.#tell(held, work);
  }

  /** Sends what is due of an attempt: the next bytes of its log, and the result behind the last. */
  async #tell(held: Held, work: Work): Promise<void> {
    while (!held.isAsking && this.link.isReady && this.#held.get(held.attemptId) === held) {
      const printed = this.#printedBy(work);
      if (held.storedBytes >= printed.length && work.outcome === undefined) {
        if (work.output.length > 0) this.#after(printEveryMs, () => void this.#tell(held, work));
        return;
      }
      held.isAsking = true;
      const isResult = held.storedBytes >= printed.length;
      const reply = await (isResult ? this.#sendResult(held, work, printed) : this.#sendLog(held, printed));
      if (reply === undefined) return; // the next connection continues
      held.isAsking = false;
      if (!reply.ok && reply.code === 'unavailable')
        return void this.#after(reply.retryAfterMs ?? postponedMs, () => void this.#tell(held, work));
      if (!reply.ok || isResult) return this.#forget(held.attemptId);
    }
  }

  async #sendLog(held: Held, printed: Uint8Array): Promise<AgentReply<'log'> | undefined> {
    const { attemptId, fencing, storedBytes: offset } = held;
    const bytes = printed.subarray(offset, offset + maxLogFrameBytes);
    const reply = await this.link.send<'log'>({ type: 'log', attemptId, fencing, offset, bytes, marks: [[offset, Date.now()]] });
    if (reply?.ok === true) held.storedBytes = reply.end;
    return reply;
  }

  #sendResult({ attemptId, fencing }: Held, { spec, startedAt, outcome = 'succeeded' }: Work, printed: Uint8Array) {
    return this.link.send<'finished'>({ type: 'finished', attemptId, fencing, result: resultOf({ spec, startedAt, printed, outcome }) });
  }

  #printedBy({ output, startedAt, lastsMs, outcome }: Work): Uint8Array {
    if (outcome !== undefined) return output;
    return output.subarray(0, Math.floor(output.length * Math.min(1, (Date.now() - startedAt) / lastsMs)));
  }

  #stop(attemptId: AttemptId): void {
    const held = this.#held.get(attemptId);
    if (held?.work === undefined || held.work.outcome !== undefined) return;
    clearTimeout(held.work.end);
    held.work.output = this.#printedBy(held.work);
    this.#end(held, held.work, 'stopped');
  }

  #forget(attemptId: AttemptId): void {
    const held = this.#held.get(attemptId);
    if (held === undefined) return;
    clearTimeout(held.work?.end);
    this.#held.delete(attemptId);
    for (const [parked, offerId] of this.#parked) {
      this.#parked.delete(parked);
      return this.#offered({ attemptId: parked, offerId });
    }
  }

  #after(ms: number, call: () => void): NodeJS.Timeout {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      call();
    }, ms);
    this.#timers.add(timer);
    return timer;
  }
}
