import type { AgentId, AttemptId, RunId } from '@drover/protocol';
import type { AttemptRecord } from '../../../domain/attempts/attempt.js';

export interface AttemptExpectation {
  readonly states: ReadonlyArray<AttemptRecord['state']>;
  readonly fencing: number;
}
/** What a change sets; `lastWriteId` names it, so that one that was applied but not answered is recognised. */
export type AttemptPatch = Partial<Omit<AttemptRecord, '_id' | 'schemaVersion' | 'lastWriteId'>> & { readonly lastWriteId: string };

/** Attempts. Each method is one operation on the store; one that throws may or may not have been applied. */
export interface AttemptStore {
  /** Those that are there already are left as they are; answers the ids that were inserted. */
  insert(records: readonly AttemptRecord[]): Promise<ReadonlySet<AttemptId>>;
  read(attemptId: AttemptId): Promise<AttemptRecord | undefined>;
  /** Sets the patch if the attempt is as expected. `slotTaken`: another active attempt holds that slot of the agent. */
  change(attemptId: AttemptId, expected: AttemptExpectation, patch: AttemptPatch): Promise<'changed' | 'stale' | 'slotTaken'>;
  markFolded(attemptIds: readonly AttemptId[]): Promise<void>;
  /** All that are not folded yet: those at work and those whose end their run has not taken in. */
  unfolded(): Promise<readonly AttemptRecord[]>;
  /** Those that the agent holds. */
  activeOf(agentId: AgentId): Promise<readonly AttemptRecord[]>;
  ofRun(runId: RunId): Promise<readonly AttemptRecord[]>;
}
