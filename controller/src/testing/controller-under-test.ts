import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Response } from 'supertest';
import { asId, type UserId } from '@drover/protocol';
import type { Project, RunSummary, User } from '@drover/protocol/api';
import type { JobDefinition, PipelineDefinition } from '@drover/protocol/definition';
import { createSecretBox, masterKeyOf } from '../adapters/crypto/secret-box.js';
import { createIds, systemMonotonic } from '../adapters/environment/environment.js';
import { createHttpApp } from '../adapters/http/app.js';
import { createHttpServer } from '../adapters/http/server.js';
import { conformingClient, keptLog } from '../adapters/http/testing/http-under-test.js';
import { createLocalSignals } from '../adapters/signals/local-signals.js';
import { createKeptPipelines } from '../adapters/store/kept/pipelines.js';
import { createFoundations, createUseCases } from '../compose/accounts-and-pipelines.js';
import { openStore } from '../compose/open-store.js';
import { createRoutes } from '../compose/routes.js';
import { Lifetime } from '../compose/lifetime.js';
import { createStores } from '../compose/stores.js';
import { loadConfig } from '../config.js';
import type { PipelineRuns, RunSummaries } from '../services/ports/run-summaries.js';
import type { Signal } from '../services/ports/signals.js';

/** Runs as a test says they are. */
export class PretendedRuns implements RunSummaries {
  readonly byPipeline = new Map<string, PipelineRuns>();
  runningInProjects = 0;
  queuedInProjects = 0;
  ran = new Set<string>();
  newest: RunSummaries['newest'] = async (ids) => new Map(ids.flatMap((id): Array<[typeof id, RunSummary]> => { const run = this.byPipeline.get(id)?.newestRun; return run ? [[id, run]] : []; })); // prettier-ignore
  ofPipelines: RunSummaries['ofPipelines'] = async (ids) =>
    new Map(ids.map((id) => [id, this.byPipeline.get(id) ?? { lastRuns: [], activeRuns: 0, queuedRuns: 0 }]));
  active: RunSummaries['active'] = (id) => this.byPipeline.get(id)?.activeRuns ?? 0;
  everRunBy: RunSummaries['everRunBy'] = async () => new Set([...this.ran].map((id) => id as never));
  tally: RunSummaries['tally'] = async () => ({ running: this.runningInProjects, queued: this.queuedInProjects, failedToday: 0 });
  ofProject: RunSummaries['ofProject'] = async () => ({ running: this.runningInProjects, failedToday: 0 });
}

export const setupToken = 'token-of-the-starter-of-the-controller';

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly send: ReturnType<typeof conformingClient>['send'];
}

/** Everything of the controller but runs and agents, on an embedded store of its own, behind a real HTTP server; each answer is held against the OpenAPI document. */
export async function controllerUnderTest() {
  const dataDir = await mkdtemp(join(tmpdir(), 'drover-controller-'));
  const log = keptLog();
  const store = await openStore({ dataDir, mongoUri: undefined, log });
  const secrets = createSecretBox([masterKeyOf(Buffer.alloc(32, 7))]);
  const stores = await createStores(store.connection, secrets, createKeptPipelines());
  const clock = { at: 1_700_000_000_000, now: () => clock.at };
  const signals = createLocalSignals(log);
  const told: Signal[] = [];
  signals.subscribe((signal) => told.push(signal));
  const lifetime = new Lifetime();
  const world = {
    stores,
    secrets,
    signals,
    clock,
    monotonic: systemMonotonic,
    ids: createIds(),
    log,
    dataDir,
    gitEnvironment: { PATH: process.env['PATH'] ?? '' },
    authorities: [],
    addressRules: { forbidden: [], allowed: [] },
    setupToken,
    lifetime,
  };
  const foundations = createFoundations(world);
  const runs = new PretendedRuns();
  const removals = {
    pipeline: () => Promise.resolve(),
    project: () => Promise.resolve(),
    overview: () => Promise.resolve({ total: 0, things: [] }),
  };
  const useCases = createUseCases(world, foundations, { runs, removals, startOfToday: () => clock.at - 1_000 });
  const loaded = loadConfig({ flags: {}, environment: {}, root: dataDir });
  if (!loaded.ok) throw new Error(loaded.faults.join(' '));
  const { routes, document } = createRoutes(loaded.config, useCases, {
    removals,
    others: [],
    isReady: () => store.isReachable(),
    integrity: () => ({ damaged: 0 }),
  });
  const app = createHttpApp({
    ...foundations,
    routes,
    users: foundations.authenticator,
    agents: { agent: async () => undefined },
    answers: stores.answers,
    ids: world.ids,
    log,
    publicOrigin: undefined,
    trustedProxies: [],
  });
  const server = createHttpServer(app);
  const { send } = conformingClient(server, document);
  const administrator = await useCases.ensureAdministrator();
  if (!administrator) throw new Error('no administrator was made');

  const signIn = async (name: string, password: string): Promise<Person> => {
    const answer = await send('post', '/api/v1/session', { body: { name, password } });
    const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? '';
    return {
      id: answer.body.user?.id,
      name,
      send: (method, path, options = {}) => send(method, path, { ...options, headers: { Cookie: cookie, ...options.headers } }),
    };
  };
  /** Somebody who is past the choice of an own password. */
  const settled = async (userId: string, name: string, password: string): Promise<Person> => {
    await stores.users.change(asId<UserId>(userId), { mustChangePassword: false });
    return signIn(name, password);
  };
  const [first] = await stores.users.all();
  const root = await settled(first?._id ?? '', 'admin', administrator.password);
  const person = async (name: string): Promise<Person> => {
    const password = `${name} walks the long way home`;
    const made = bodyOf<User>(await root.send('post', '/api/v1/users', { body: { name, password } }));
    return settled(made.id, name, password);
  };
  const close = async (): Promise<void> => {
    server.close();
    await lifetime.close();
    await store.close();
    await rm(dataDir, { recursive: true, force: true });
  };
  return {
    dataDir,
    store,
    stores,
    secrets,
    foundations,
    useCases,
    runs,
    clock,
    told,
    log,
    document,
    routes,
    server,
    send,
    signIn,
    root,
    person,
    administrator,
    close,
  };
}
export type ControllerUnderTest = Awaited<ReturnType<typeof controllerUnderTest>>;

/** The body of an answer that must have succeeded. */
export function bodyOf<T>(answer: Response): T {
  if (answer.status >= 300) throw new Error(`${answer.status}: ${JSON.stringify(answer.body)}`);
  return answer.body as T;
}

export const makeProject = async (by: Person, name: string): Promise<Project> =>
  bodyOf(await by.send('post', '/api/v1/projects', { body: { name } }));

export const buildJob = (more: Partial<JobDefinition> = {}): JobDefinition => ({
  name: 'build',
  kind: 'build',
  parameters: [{ name: 'LEVEL', type: 'string', value: 'low', runtime: true }],
  steps: [{ name: 'make', type: 'shell', script: 'make ${LEVEL}' }],
  labels: [],
  executor: { type: 'shell' },
  ...more,
});

export const onePipeline = (more: Partial<PipelineDefinition> = {}): PipelineDefinition => ({
  name: 'service',
  sources: [],
  parameters: [],
  stages: [{ key: 'build', name: 'Build', mode: 'serial', tasks: [{ key: 'compile', name: 'Compile', type: 'build', job: 'build' }] }],
  ...more,
});
