import type { AgentId, Instant, ProjectId, TokenId } from '@drover/protocol';
import type { AgentRecord } from '../../domain/agents/agent.js';
import type { AgentStore, HeartbeatStore, RegistrationTokenRecord, RegistrationTokenStore } from '../../services/ports/engine/agents.js';
import { frozen } from '../../domain/frozen.js';
import { nobody, type Witness } from './witness.js';

export class MemoryAgents implements AgentStore {
  readonly #agents = new Map<AgentId, AgentRecord>();
  readonly #witness: Witness<AgentRecord>;

  constructor(witness: Witness<AgentRecord> = nobody) {
    this.#witness = witness;
  }

  /** As they are stored now. */
  get records(): ReadonlyMap<AgentId, AgentRecord> {
    return this.#agents;
  }

  insert(record: AgentRecord): Promise<'inserted' | 'nameTaken'> {
    if (this.#isTaken(record)) return Promise.resolve('nameTaken');
    this.#keep(record);
    return Promise.resolve('inserted');
  }

  all(): Promise<readonly AgentRecord[]> {
    return Promise.resolve([...this.#agents.values()]);
  }

  read(agentId: AgentId): Promise<AgentRecord | undefined> {
    return Promise.resolve(this.#agents.get(agentId));
  }

  replace(record: AgentRecord): Promise<'written' | 'stale' | 'nameTaken'> {
    if (this.#agents.get(record._id)?.revision !== record.revision - 1) return Promise.resolve('stale');
    if (this.#isTaken(record)) return Promise.resolve('nameTaken');
    this.#keep(record);
    return Promise.resolve('written');
  }

  remove(agentId: AgentId): Promise<void> {
    const before = this.#agents.get(agentId);
    this.#agents.delete(agentId);
    this.#witness(before, undefined);
    return Promise.resolve();
  }

  #keep(record: AgentRecord): void {
    const before = this.#agents.get(record._id);
    this.#agents.set(record._id, frozen(record));
    this.#witness(before, record);
  }

  #isTaken(record: AgentRecord): boolean {
    return [...this.#agents.values()].some(
      (other) => other._id !== record._id && (other.nameKey === record.nameKey || other.tokenHash === record.tokenHash),
    );
  }
}

export class MemoryRegistrationTokens implements RegistrationTokenStore {
  readonly #tokens = new Map<TokenId, RegistrationTokenRecord>();

  insert(record: RegistrationTokenRecord): Promise<void> {
    this.#tokens.set(record._id, record);
    return Promise.resolve();
  }

  use(hash: string, now: Instant): Promise<RegistrationTokenRecord | undefined> {
    const token = [...this.#tokens.values()].find(
      (candidate) => candidate.hash === hash && candidate.expiresAt > now && candidate.usesLeft > 0,
    );
    if (token === undefined) return Promise.resolve(undefined);
    const used = { ...token, usesLeft: token.usesLeft - 1 };
    this.#tokens.set(token._id, used);
    return Promise.resolve(used);
  }

  giveBack(tokenId: TokenId): Promise<void> {
    const token = this.#tokens.get(tokenId);
    if (token !== undefined) this.#tokens.set(tokenId, { ...token, usesLeft: token.usesLeft + 1 });
    return Promise.resolve();
  }

  read(tokenId: TokenId): Promise<RegistrationTokenRecord | undefined> {
    return Promise.resolve(this.#tokens.get(tokenId));
  }

  list(scope: 'all' | ProjectId): Promise<readonly RegistrationTokenRecord[]> {
    return Promise.resolve(
      [...this.#tokens.values()].filter((token) => scope === 'all' || token.projectId === scope).sort((a, b) => b.createdAt - a.createdAt),
    );
  }

  remove(tokenId: TokenId): Promise<void> {
    this.#tokens.delete(tokenId);
    return Promise.resolve();
  }
}

export class MemoryHeartbeats implements HeartbeatStore {
  readonly #beats = new Map<string, number>();

  beat(controllerId: string): Promise<void> {
    this.#beats.set(controllerId, (this.#beats.get(controllerId) ?? 0) + 1);
    return Promise.resolve();
  }

  read(controllerId: string): Promise<{ readonly beat: number } | undefined> {
    const beat = this.#beats.get(controllerId);
    return Promise.resolve(beat === undefined ? undefined : { beat });
  }

  remove(controllerId: string): Promise<void> {
    this.#beats.delete(controllerId);
    return Promise.resolve();
  }
}
