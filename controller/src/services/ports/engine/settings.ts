import type { ProjectId, RunId, AttemptId } from '@drover/protocol';

/** Settings that administrators change while the farm runs. */
export interface FarmSettings {
  read(): Promise<{ readonly agentApproval: boolean; readonly logLimitBytes: number }>;
}

/** Makes and recognises long random secrets. */
export interface SecretTokens {
  /** At least 256 random bits as text without white space. */
  generate(): string;
  /** SHA-256, hex. */
  hash(token: string): string;
}

/** Where an attempt belongs and how it stands, for whoever serves its log. */
export interface AttemptPlace {
  readonly projectId: ProjectId;
  readonly runId: RunId;
  readonly attemptId: AttemptId;
  readonly finished: boolean;
  /** Its agent is not connected. */
  readonly away: boolean;
}
export interface AttemptPlaces {
  find(attemptId: AttemptId): Promise<AttemptPlace | undefined>;
}
