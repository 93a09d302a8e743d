import {
  agentRecords,
  createAgentStore,
  createHeartbeatStore,
  createRegistrationTokenStore,
  heartbeatRecords,
  registrationTokenRecords,
} from '../adapters/store/engine/agents.js';
import { attemptRecords, createAttemptStore } from '../adapters/store/engine/attempts.js';
import { createPipelineStartStore } from '../adapters/store/engine/pipeline-starts.js';
import {
  createRunEventStore,
  createRunnerStore,
  createRunStore,
  runEventRecords,
  runnerRecords,
  runRecords,
} from '../adapters/store/engine/runs.js';
import { keepPipelineStarts, type KeptPipelines } from '../adapters/store/kept/pipelines.js';
import { pipelineRecords } from '../adapters/store/pipelines/pipelines.js';
import type { StoreConnection } from '../adapters/store/shared/connection.js';
import type { EngineStores } from '../services/engine/engine-ports.js';

/** The stores of runs, attempts and agents, with their indexes made. */
export async function openEngineStores(connection: StoreConnection, atHand: KeptPipelines | undefined): Promise<EngineStores> {
  const runs = runRecords(connection);
  const runEvents = runEventRecords(connection);
  const runners = runnerRecords(connection);
  const attempts = attemptRecords(connection);
  const agents = agentRecords(connection);
  const tokens = registrationTokenRecords(connection);
  const heartbeats = heartbeatRecords(connection);
  await Promise.all([runs, runEvents, runners, attempts, agents, tokens, heartbeats].map((each) => each.ensureIndexes()));
  const pipelines = createPipelineStartStore(pipelineRecords(connection));
  return {
    runs: createRunStore(runs),
    runEvents: createRunEventStore(runEvents),
    runners: createRunnerStore(runners),
    attempts: createAttemptStore(attempts),
    agents: createAgentStore(agents),
    registrationTokens: createRegistrationTokenStore(tokens),
    heartbeats: createHeartbeatStore(heartbeats),
    pipelines: atHand === undefined ? pipelines : keepPipelineStarts(pipelines, atHand),
  };
}
