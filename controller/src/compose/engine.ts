import type { Server } from 'node:http';
import type { RunId } from '@drover/protocol';
import { randomTokens } from '../adapters/crypto/tokens.js';
import { createTryLimiter } from '../adapters/limits/try-limiter.js';
import type { Route } from '../adapters/http/route.js';
import { agentRoutes } from '../adapters/http/routes/agents/agents.js';
import { registrationRoutes } from '../adapters/http/routes/agents/registration.js';
import { attemptRoutes } from '../adapters/http/routes/runs/attempts.js';
import { runRoutes } from '../adapters/http/routes/runs/runs.js';
import { createAgentLink } from '../adapters/socket/agent-link/agent-link.js';
import type { Config } from '../config.js';
import type { Place } from '../domain/access/permissions.js';
import { createEngine, type Engine } from '../services/engine/engine.js';
import type { EnginePorts } from '../services/engine/engine-ports.js';
import type { Views } from '../services/live/views.js';
import type { Logs } from '../services/logs/create-logs.js';
import type { AttemptDirectory } from '../services/logs/attempt-directory.js';
import type { Access, AgentAuthenticator } from '../services/ports/access.js';
import type { Leases } from '../services/ports/leases.js';
import type { RunSummaries } from '../services/ports/run-summaries.js';
import type { KeptPipelines } from '../adapters/store/kept/pipelines.js';
import type { RemovalPorts, Removals } from '../services/removal/removals.js';
import type { StoreConnection } from '../adapters/store/shared/connection.js';
import type { ClientAddress } from '../shared/client-address.js';
import type { Foundations } from './accounts-and-pipelines.js';
import { openEngineStores } from './engine-stores.js';
import type { Lifetime } from './lifetime.js';

/** Registrations from one address that came to nothing before it has to wait, and how long. */
const registrationTries = { tries: 30, seconds: 60 };

/** Handshakes with unknown tokens from one address before they are not looked at, and for how long. */
const strangerTries = { tries: 20, seconds: 10 };

type World = Pick<EnginePorts, 'secrets' | 'signals' | 'clock' | 'monotonic' | 'timers' | 'ids' | 'crashPoints' | 'log'>;
export interface EngineParts extends World {
  readonly connection: StoreConnection;
  readonly isEmbedded: boolean;
  readonly keptPipelines: KeptPipelines | undefined;
  readonly config: Config;
  readonly foundations: Foundations;
  readonly logs: Logs;
  readonly lifetime: Lifetime;
}

export interface RunningEngine {
  routes(removals: Removals): readonly Route[];
  readonly leases: Leases;
  readonly attempts: AttemptDirectory;
  readonly views: Views;
  readonly runs: RunSummaries;
  readonly agents: AgentAuthenticator;
  /** What deleting does to the engine. */
  readonly removal: Pick<RemovalPorts, 'runGone' | 'runsSettled' | 'removeAgent' | 'removeToken'>;
  placeOfRun(runId: RunId): Promise<Place | undefined>;
  /** Lets agents knock, takes up what was under way, then lets them in. */
  start(server: Server, addressOf: ClientAddress): Promise<void>;
}

/** The engine over its stores, with its routes and the agents' link. */
export async function openEngine(parts: EngineParts): Promise<RunningEngine> {
  const { foundations, config, ids, lifetime } = parts;
  const { access, definitions, credentials, git, settings } = foundations;
  const engine = createEngine({
    ...parts,
    stores: await openEngineStores(parts.connection, parts.keptPipelines),
    config: {
      controllerId: ids.next(),
      zone: config.zone,
      exclusive: parts.isEmbedded,
      allowUnisolated: config.allowUnisolated,
    },
    definitions,
    credentials,
    tokens: randomTokens,
    settings,
    gitRemote: git,
    logs: parts.logs.intake,
    access,
  });
  const limiter = createTryLimiter(registrationTries);
  return {
    leases: engine.attempts,
    attempts: engine.attempts,
    runs: engine.summaries,
    placeOfRun: (runId) => engine.runs.place(runId),
    routes: (removals) => [
      ...runRoutes({ ...engine, removals }),
      ...attemptRoutes(engine),
      ...agentRoutes({ agents: engine.agents, queue: engine.queue, access }),
      ...registrationRoutes({ engine, access, limiter }),
    ],
    views: viewsOf(engine, access),
    agents: { agent: (token) => agentOf(engine, token) },
    removal: {
      runGone: (run) => engine.runs.gone(run),
      runsSettled: () => engine.runs.settled(),
      removeAgent: (agentId) => engine.agents.remove(agentId),
      removeToken: (tokenId) => engine.registrationTokens.remove(tokenId),
    },
    async start(server, addressOf) {
      // The link first: agents that come back meanwhile are told so at once, rather than left without an answer.
      const link = createAgentLink({
        httpServer: server,
        gateway: engine.gateway,
        strangers: createTryLimiter(strangerTries),
        addressOf,
        log: parts.log,
      });
      let hasStarted = false;
      lifetime.owns(async () => {
        await link.close();
        if (hasStarted) await engine.close();
      });
      await engine.start();
      hasStarted = true;
    },
  };
}

async function agentOf({ gateway, agents }: Engine, token: string) {
  const agentId = await gateway.authenticate(token);
  const view = agentId && (await agents.view(agentId));
  if (agentId === undefined || !view?.ok) return undefined;
  const { projectId } = view.value;
  return { type: 'agent' as const, agentId, ...(projectId === undefined ? {} : { projectId }) };
}

/** What live viewers are shown: the same as the routes answer. */
function viewsOf({ runs, attempts, agents }: Engine, access: Access): Views {
  const valueOf = <T>(result: { readonly ok: true; readonly value: T } | { readonly ok: false }): T | undefined =>
    result.ok ? result.value : undefined;
  return {
    run: async (runId, actor) => valueOf(await runs.view(actor, runId)),
    runSummary: (runId) => runs.summary(runId),
    attempt: async (attemptId) => valueOf(await attempts.view(attemptId)),
    agent: async (agentId, actor) => valueOf(await agents.view(agentId, await access.visibleProjects(actor))),
    farm: async (actor) => agents.farm(await access.visibleProjects(actor)),
    placeOfRun: (runId) => runs.place(runId),
    placeOfPipeline: (pipelineId) => runs.placeOfPipeline(pipelineId),
    mayWatchFarm: () => Promise.resolve(true),
  };
}
