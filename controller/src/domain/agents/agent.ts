import type { AgentId, Instant, ProjectId } from '@drover/protocol';
import type { AgentFacts } from '@drover/protocol/agent';

export interface AgentRecord {
  readonly _id: AgentId;
  readonly schemaVersion: 1;
  readonly name: string;
  /** Unique in the farm, whatever its case. */
  readonly nameKey: string;
  /** SHA-256 of the machine token, hex. */
  readonly tokenHash: string;
  /** Works for this project only; absent: for the whole farm. */
  readonly projectId?: ProjectId;
  readonly approved: boolean;
  readonly enabled: boolean;
  readonly slots: number;
  readonly givenLabels: readonly string[];
  readonly facts: AgentFacts;
  /** Made by the controller beside it; keeps apart from it what it runs as well as the machine allows. */
  readonly local: boolean;
  readonly registeredAt: Instant;
  /** Written on connect and disconnect only. */
  readonly session?: { readonly controllerId: string; readonly epoch: number; readonly bootNonce: string; readonly connectedAt: Instant };
  readonly disconnectedAt?: Instant;
  readonly revision: number;
}
