import type { LogProof } from '@drover/protocol/agent';
import type { Stored, StoredId } from '../integrity/integrity-ports.js';
import type { LogIdentity } from '../ports/logs.js';
import type { Signals } from '../ports/signals.js';
import type { LogStat, LogStorage } from './log-storage.js';

export interface StoredLogPorts {
  readonly storage: LogStorage;
  readonly signals: Signals;
}

export const logIdOf = ({ attemptId }: Pick<LogIdentity, 'attemptId'>): StoredId => `log:${attemptId}`;

/**
 * A log whose SHA-256 is known: its verdict has it, or, where that was lost, the agent's proof. Undefined while it
 * grows. The agent's digest counts where both have as many bytes: then the stored ones changed before they were judged.
 */
export function storedLog(
  { storage, signals }: StoredLogPorts,
  log: LogIdentity,
  { seal }: Pick<LogStat, 'seal'>,
  proof?: LogProof,
): Stored | undefined {
  const { projectId, runId, attemptId } = log;
  const sameSize = seal !== undefined && seal.reportedSizeBytes === seal.sizeBytes;
  const known = seal ? { sizeBytes: seal.sizeBytes, sha256: sameSize ? seal.reportedSha256 : seal.sha256 } : proof;
  if (known?.sha256 === undefined) return undefined;
  return {
    id: logIdOf(log),
    name: `The log of attempt ${attemptId}`,
    sizeBytes: known.sizeBytes,
    sha256: known.sha256,
    read: (range) => storage.read(log, range),
    changed: () => signals.publish({ type: 'attemptChanged', projectId, runId, attemptId }),
  };
}
