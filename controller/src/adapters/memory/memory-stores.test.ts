import { engineStoresContract } from '../../testing/engine/stores.contract.js';
import { MemoryAgents, MemoryHeartbeats, MemoryRegistrationTokens } from './agents.js';
import { MemoryAttempts } from './attempts.js';
import { MemoryPipelines } from './pipelines.js';
import { MemoryRunEvents, MemoryRunners, MemoryRuns } from './runs.js';

describe('the engine’s stores in memory', () => {
  engineStoresContract(() => {
    const pipelines = new MemoryPipelines();
    const stores = {
      runs: new MemoryRuns(),
      runEvents: new MemoryRunEvents(),
      runners: new MemoryRunners(),
      attempts: new MemoryAttempts(),
      agents: new MemoryAgents(),
      registrationTokens: new MemoryRegistrationTokens(),
      heartbeats: new MemoryHeartbeats(),
      pipelines,
    };
    return Promise.resolve({ stores, putPipeline: (record) => Promise.resolve(pipelines.put(record)) });
  });
});
