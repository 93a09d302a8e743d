import type { AgentId, Instant, ProjectId, TokenId, UserId } from '@drover/protocol';
import type { AgentRecord } from '../../../domain/agents/agent.js';

/** Agents. Writes are compare-and-set on `revision`. */
export interface AgentStore {
  /** `nameTaken`: another agent has the name. */
  insert(record: AgentRecord): Promise<'inserted' | 'nameTaken'>;
  all(): Promise<readonly AgentRecord[]>;
  read(agentId: AgentId): Promise<AgentRecord | undefined>;
  /** Puts the record in the place of the one with the revision before it. */
  replace(record: AgentRecord): Promise<'written' | 'stale' | 'nameTaken'>;
  remove(agentId: AgentId): Promise<void>;
}

export interface RegistrationTokenRecord {
  readonly _id: TokenId;
  readonly schemaVersion: 1;
  readonly name: string;
  /** SHA-256 of the secret, hex. */
  readonly hash: string;
  readonly projectId?: ProjectId;
  readonly usesLeft: number;
  readonly expiresAt: Instant;
  readonly createdAt: Instant;
  readonly createdBy: { readonly userId: UserId; readonly name: string };
}
export interface RegistrationTokenStore {
  insert(record: RegistrationTokenRecord): Promise<void>;
  /** Takes one use, atomically; undefined when there is no such token, it has expired or is used up. */
  use(hash: string, now: Instant): Promise<RegistrationTokenRecord | undefined>;
  /** Gives a use back that came to nothing. */
  giveBack(tokenId: TokenId): Promise<void>;
  read(tokenId: TokenId): Promise<RegistrationTokenRecord | undefined>;
  list(scope: 'all' | ProjectId): Promise<readonly RegistrationTokenRecord[]>;
  remove(tokenId: TokenId): Promise<void>;
}

/** A controller's sign of life. Others watch whether `beat` grows, on their own clocks. */
export interface HeartbeatStore {
  beat(controllerId: string, at: Instant): Promise<void>;
  read(controllerId: string): Promise<{ readonly beat: number } | undefined>;
  remove(controllerId: string): Promise<void>;
}
