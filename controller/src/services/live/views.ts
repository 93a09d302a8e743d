import type { AgentId, AttemptId, PipelineId, RunId } from '@drover/protocol';
import type { AgentView, AttemptView, FarmView, RunSummary, RunView } from '@drover/protocol/api';
import type { LiveMessage } from '@drover/protocol/live';
import type { Place } from '../../domain/access/permissions.js';
import type { UserActor } from '../ports/access.js';

/** What live viewers are shown, as the services that own it give it. `undefined`: it is not there, or not for this person. */
export interface Views {
  run(runId: RunId, actor: UserActor): Promise<RunView | undefined>;
  /** The same for all who may see its project. */
  runSummary(runId: RunId): Promise<RunSummary | undefined>;
  /** The same for all who may see its project. */
  attempt(attemptId: AttemptId): Promise<AttemptView | undefined>;
  agent(agentId: AgentId, actor: UserActor): Promise<AgentView | undefined>;
  farm(actor: UserActor): Promise<FarmView | undefined>;
  placeOfRun(runId: RunId): Promise<Place | undefined>;
  placeOfPipeline(pipelineId: PipelineId): Promise<Place | undefined>;
  /** Whether this person may watch the agents and the farm at all. */
  mayWatchFarm(actor: UserActor): Promise<boolean>;
}

/** One connected browser. Sending never blocks and never throws. */
export interface Viewer {
  readonly actor: UserActor;
  send(message: LiveMessage): void;
  close(): void;
}
