import * as api from '@drover/protocol/api';
import { PipelineDefinition, JobDefinition } from '@drover/protocol/definition';
import type { TSchema } from '@sinclair/typebox';
import { documentRoute } from '../adapters/http/routes/farm/document.js';
import { healthRoutes, type HealthParts } from '../adapters/http/routes/farm/health.js';
import { installRoutes } from '../adapters/http/routes/farm/install.js';
import { settingsRoutes } from '../adapters/http/routes/farm/settings.js';
import { meRoutes } from '../adapters/http/routes/accounts/me.js';
import { sessionRoutes } from '../adapters/http/routes/accounts/session.js';
import { userRoutes } from '../adapters/http/routes/accounts/users.js';
import { pipelineRoutes } from '../adapters/http/routes/pipelines/pipelines.js';
import { transferRoutes } from '../adapters/http/routes/pipelines/transfer.js';
import { endpointRoutes } from '../adapters/http/routes/projects/endpoints.js';
import { jobRoutes } from '../adapters/http/routes/projects/jobs.js';
import { memberRoutes } from '../adapters/http/routes/projects/members.js';
import { projectRoutes } from '../adapters/http/routes/projects/projects.js';
import { openApiDocument } from '../adapters/http/openapi/document.js';
import type { Route } from '../adapters/http/route.js';
import type { Config } from '../config.js';
import { logRoutes } from '../adapters/http/routes/logs/logs.js';
import { packageRoutes } from '../adapters/http/routes/packages/packages.js';
import { uploadRoutes } from '../adapters/http/routes/packages/uploads.js';
import type { Logs } from '../services/logs/create-logs.js';
import type { Packages } from '../services/packages/create-packages.js';
import { removalRoutes } from '../adapters/http/routes/farm/removals.js';
import type { Removals } from '../services/removal/removals.js';
import type { UseCases } from './accounts-and-pipelines.js';
import type { RunningEngine } from './engine.js';

/** All routes of the controller, and the document that describes them. */
export function createRoutes(
  config: Config,
  useCases: UseCases,
  more: {
    readonly others: readonly Route[];
    readonly removals: Pick<Removals, 'overview'>;
    readonly isReady: () => Promise<boolean>;
    readonly integrity: HealthParts['integrity'];
  },
): { readonly routes: readonly Route[]; readonly document: object } {
  let document: object = {};
  const routes = [
    ...sessionRoutes({ ...useCases, ...config }),
    ...meRoutes(useCases),
    ...userRoutes(useCases),
    ...projectRoutes(useCases),
    ...memberRoutes(useCases),
    ...jobRoutes(useCases),
    ...endpointRoutes(useCases),
    ...pipelineRoutes(useCases),
    ...transferRoutes(useCases),
    ...more.others,
    ...settingsRoutes(useCases),
    ...removalRoutes(more),
    ...installRoutes(config),
    ...healthRoutes(more),
    documentRoute(() => document),
  ];
  document = openApiDocument(routes, namedSchemas());
  return { routes, document };
}

/** Routes of packages, uploads and logs. */
export const packageAndLogRoutes = ({
  engine,
  logs,
  packages,
}: {
  readonly engine: RunningEngine;
  readonly logs: Logs;
  readonly packages: Packages;
}): readonly Route[] => [
  ...packageRoutes({ repository: packages.repository, placeOfRun: (runId) => engine.placeOfRun(runId) }),
  ...uploadRoutes(packages),
  ...logRoutes({ attempts: engine.attempts, queries: logs.queries }),
];

/** The views of the protocol become components of the document, under their own names. */
function namedSchemas(): Readonly<Record<string, TSchema>> {
  const {
    User,
    SessionView,
    ApiToken,
    Project,
    Member,
    Endpoint,
    Job,
    Pipeline,
    PipelineRow,
    RunSummary,
    RunView,
    AttemptView,
    AgentView,
    FarmView,
    Package,
  } = api;
  return {
    User,
    SessionView,
    ApiToken,
    Project,
    Member,
    Endpoint,
    Job,
    Pipeline,
    PipelineRow,
    RunSummary,
    RunView,
    AttemptView,
    AgentView,
    FarmView,
    Package,
    PipelineDefinition,
    JobDefinition,
  };
}
