import type { AgentId, AttemptId, PipelineId, ProjectId, RunId, SessionId, TokenId, UserId } from '@drover/protocol';

/** What changed, without the data: listeners read it from the store. Sent after the write that it tells of. */
export type Signal =
  | {
      readonly type: 'runChanged';
      readonly projectId: ProjectId;
      readonly pipelineId: PipelineId;
      readonly runId: RunId;
    }
  | { readonly type: 'attemptChanged'; readonly projectId: ProjectId; readonly runId: RunId; readonly attemptId: AttemptId }
  | { readonly type: 'logGrew'; readonly projectId: ProjectId; readonly attemptId: AttemptId; readonly end: number }
  | { readonly type: 'logWatched'; readonly attemptId: AttemptId; readonly watched: boolean }
  | { readonly type: 'agentChanged'; readonly agentId: AgentId }
  | { readonly type: 'agentGone'; readonly agentId: AgentId; readonly projectId?: ProjectId }
  | { readonly type: 'farmChanged' }
  | { readonly type: 'pipelineChanged'; readonly projectId: ProjectId; readonly pipelineId: PipelineId }
  | { readonly type: 'packagesChanged'; readonly projectId: ProjectId; readonly runId?: RunId }
  | { readonly type: 'accessChanged'; readonly userId: UserId; readonly projectId?: ProjectId }
  /** Of one session, of one API token, or, without either, of all that the user has. */
  | { readonly type: 'sessionEnded'; readonly userId: UserId; readonly sessionId?: SessionId; readonly tokenId?: TokenId };

/** Carries signals to every part of the controller (and, on MongoDB, to the other controllers). At least once, no order promised; a listener never throws. */
export interface Signals {
  publish(signal: Signal): void;
  subscribe(listener: (signal: Signal) => void): () => void;
}
