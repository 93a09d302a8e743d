import type { LogProof } from '@drover/protocol/agent';
import type { LogView } from '@drover/protocol/api';

export interface StoredLog {
  readonly sizeBytes: number;
  readonly lines: number;
  readonly sha256: string;
}

/** B1: compares what is stored with what the agent says it sent. Without a proof nobody knows whether all arrived. */
export function judgeLog(stored: StoredLog, proof: LogProof | undefined): LogView {
  if (!proof) return { ...stored, state: 'missing' };
  const reported = { reportedSizeBytes: proof.sizeBytes, reportedSha256: proof.sha256 };
  const agrees = proof.sizeBytes === stored.sizeBytes && proof.sha256 === stored.sha256;
  return { ...stored, ...reported, state: !agrees ? 'missing' : proof.cut ? 'cut' : 'complete' };
}
