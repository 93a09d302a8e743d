import type { AgentId, AttemptId, PipelineId, ProjectId, RunId } from '@drover/protocol';

/** What an upload needs to know of the attempt that makes it. */
export interface LeaseFacts {
  readonly projectId: ProjectId;
  readonly runId: RunId;
  readonly runNumber: number;
  readonly pipelineId: PipelineId;
  readonly pipelineName: string;
  readonly taskKey: string;
  readonly commit?: string;
  readonly branch?: string;
}

/** Asks whether an agent holds an attempt, under the given fencing number, right now. */
export interface Leases {
  check(agentId: AgentId, attemptId: AttemptId, fencing: number): Promise<LeaseFacts | undefined>;
}
