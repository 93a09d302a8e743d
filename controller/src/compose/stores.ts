import { createApiTokenStore, createSessionStore, apiTokenRecords, sessionRecords } from '../adapters/store/accounts/sessions.js';
import { createNetworkStore, networkRecords } from '../adapters/store/accounts/networks.js';
import { createUserStore, userRecords } from '../adapters/store/accounts/users.js';
import { keepApiTokens, keepSessions, keepUsers } from '../adapters/store/kept/accounts.js';
import { keepPipelines, type KeptPipelines } from '../adapters/store/kept/pipelines.js';
import { keepEndpoints, keepJobs, keepProjects, keepSettings } from '../adapters/store/kept/projects.js';
import {
  createDefinitionStore,
  createFavouriteStore,
  definitionRecords,
  favouriteRecords,
} from '../adapters/store/pipelines/definitions.js';
import { createPipelineStore, pipelineRecords } from '../adapters/store/pipelines/pipelines.js';
import { createEndpointStore, endpointRecords } from '../adapters/store/projects/endpoints.js';
import { createJobStore, jobRecords } from '../adapters/store/projects/jobs.js';
import { createProjectStore, projectRecords } from '../adapters/store/projects/projects.js';
import type { StoreConnection } from '../adapters/store/shared/connection.js';
import { auditRecords, createAuditTrail, createSettingsStore, settingsRecords } from '../adapters/store/shared/farm.js';
import { answerRecords, createStoredAnswers } from '../adapters/store/shared/stored-answers.js';
import type { SecretBox } from '../services/ports/definitions.js';

/** The stores of accounts, projects and pipelines, with their indexes made. `atHand` where nobody but this controller writes them. */
export async function createStores(connection: StoreConnection, box: SecretBox, atHand: KeptPipelines | undefined) {
  const stores = await openStores(connection, box);
  return atHand === undefined ? stores : keepStores(stores, atHand);
}
export type Stores = Awaited<ReturnType<typeof openStores>>;

/** What nearly every request asks for is read once and kept until it is written. */
const keepStores = (stores: Stores, pipelines: KeptPipelines): Stores => ({
  ...stores,
  users: keepUsers(stores.users),
  sessions: keepSessions(stores.sessions),
  apiTokens: keepApiTokens(stores.apiTokens),
  projects: keepProjects(stores.projects),
  jobs: keepJobs(stores.jobs),
  endpoints: keepEndpoints(stores.endpoints),
  settings: keepSettings(stores.settings),
  pipelines: keepPipelines(stores.pipelines, pipelines),
});

async function openStores(connection: StoreConnection, box: SecretBox) {
  const records = {
    users: userRecords(connection),
    sessions: sessionRecords(connection),
    apiTokens: apiTokenRecords(connection),
    networks: networkRecords(connection),
    projects: projectRecords(connection),
    jobs: jobRecords(connection),
    endpoints: endpointRecords(connection),
    pipelines: pipelineRecords(connection),
    definitions: definitionRecords(connection),
    favourites: favouriteRecords(connection),
    settings: settingsRecords(connection),
    audit: auditRecords(connection),
    answers: answerRecords(connection),
  };
  await Promise.all(Object.values(records).map((each) => each.ensureIndexes()));
  return {
    users: createUserStore(records.users),
    sessions: createSessionStore(records.sessions),
    apiTokens: createApiTokenStore(records.apiTokens),
    networks: createNetworkStore(records.networks),
    projects: createProjectStore(records.projects),
    jobs: createJobStore(records.jobs),
    endpoints: createEndpointStore(records.endpoints),
    pipelines: createPipelineStore(records.pipelines),
    definitions: createDefinitionStore(records.definitions),
    favourites: createFavouriteStore(records.favourites),
    settings: createSettingsStore(records.settings),
    audit: createAuditTrail(records.audit),
    answers: createStoredAnswers(records.answers, box),
  };
}
