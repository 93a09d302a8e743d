import type { AgentId } from '@drover/protocol';

/** Invalid messages of one connection before it is closed. A correct agent sends none. */
export const mostInvalid = 100;
const longestExclusionMs = 60_000;
/** After so long without a closed connection an agent starts afresh. */
const forgottenAfterMs = 600_000;

interface Strikes {
  readonly count: number;
  readonly until: number;
}

/** Agents whose connection was closed for their invalid messages: each time they may come back later, from 1 s up to a minute. */
export class Misbehaviour {
  readonly #strikes = new Map<AgentId, Strikes>();
  readonly #nowMs: () => number;

  constructor(nowMs: () => number = () => performance.now()) {
    this.#nowMs = nowMs;
  }

  isExcluded(agentId: AgentId): boolean {
    const strikes = this.#strikes.get(agentId);
    if (strikes === undefined) return false;
    if (strikes.until + forgottenAfterMs < this.#nowMs()) this.#strikes.delete(agentId);
    return strikes.until > this.#nowMs();
  }

  /** Answers how long the agent is excluded now. */
  exclude(agentId: AgentId): number {
    const count = (this.#strikes.get(agentId)?.count ?? 0) + 1;
    const exclusionMs = Math.min(longestExclusionMs, 500 * 2 ** Math.min(count, 10));
    this.#strikes.set(agentId, { count, until: this.#nowMs() + exclusionMs });
    return exclusionMs;
  }
}
