import { join } from 'node:path';
import { trustForGit } from '@drover/protocol/outgoing';
import { agentLinkPath } from '@drover/protocol/agent';
import { liveLinkPath } from '@drover/protocol/live';
import { createSecretBox } from './adapters/crypto/secret-box.js';
import { loadMasterKeys } from './adapters/crypto/key-file.js';
import { createIds, createTimers, startOfDay, systemClock, systemMonotonic } from './adapters/environment/environment.js';
import { makeDataFolder } from './adapters/files/data-folder.js';
import { refuseLostStore } from './adapters/files/lost-store.js';
import { notePrivateFolder } from './adapters/files/private-note.js';
import { placeWhole } from './shared/durable-files.js';
import { createHttpApp } from './adapters/http/app.js';
import { createDashboard } from './adapters/http/dashboard.js';
import { refuseOtherUpgrades } from './adapters/http/server.js';
import { createLog } from './adapters/logging/winston-log.js';
import { createLocalSignals } from './adapters/signals/local-signals.js';
import { createFoundations, createUseCases } from './compose/accounts-and-pipelines.js';
import { createKeptPipelines } from './adapters/store/kept/pipelines.js';
import { storeFaultOf } from './adapters/store/shared/store-faults.js';
import { openEngine } from './compose/engine.js';
import { openFront } from './compose/front.js';
import { Lifetime } from './compose/lifetime.js';
import { openLiveLink } from './compose/live.js';
import { openIntegrity, openLogs, openPackages } from './compose/logs-and-packages.js';
import { openStore, type OpenStore } from './compose/open-store.js';
import { openRemovals } from './compose/removal.js';
import { createRoutes, packageAndLogRoutes } from './compose/routes.js';
import { startScrubbing } from './compose/scrubbing.js';
import { createStores } from './compose/stores.js';
import { takeLease } from './compose/take-lease.js';
import type { Config } from './config.js';
import { createCrashPoints } from './crash-points.js';
import type { FirstAdministrator } from './services/accounts/first-administrator.js';
import type { Log } from './services/ports/environment.js';
import { clientAddressOf } from './shared/client-address.js';

export interface Controller {
  /** Where it can be reached. */
  readonly url: string;
  /** Only at the first start of all. */
  readonly firstAdministrator: FirstAdministrator | undefined;
  /** Resolves if something that the controller can't do without ends by itself. */
  readonly failed: Promise<Error>;
  /** Takes nothing new, lets what is under way finish, closes everything. Idempotent. */
  close(): Promise<void>;
}

/** Puts the controller together and starts it; resolves when it is ready. Rejects with what was in the way, everything closed again. */
export async function startController(config: Config): Promise<Controller> {
  const log = createLog({ level: config.logLevel });
  const lifetime = new Lifetime();
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= lifetime.close());
  try {
    const started = await start(config, log, lifetime);
    return { ...started, close };
  } catch (error) {
    await close().catch((fault: unknown) => log.warn('not everything could be closed', { error: fault }));
    throw error;
  }
}

async function start(config: Config, log: Log, lifetime: Lifetime): Promise<Omit<Controller, 'close'>> {
  await makeDataFolder(config.dataDir);
  const unnoted = await notePrivateFolder(config.privateNotes, config.dataDir);
  if (unnoted) log.warn('tasks of an agent of this user on this machine could see the data folder: it cannot be noted', { error: unnoted });
  const store = await openStore({ ...config, log });
  lifetime.owns(() => store.close());
  const front = await openFront(config, { log, lifetime });
  const controllerId = createIds().next();
  const { lost } = await takeLease(store, { controllerId, log, lifetime });
  const world = await createWorld(config, { log, store, lifetime });
  if (world.isEmbedded && (await world.stores.users.count()) === 0) await refuseLostStore(config.dataDir);
  const foundations = createFoundations(world);
  const guarded = { ...world, integrity: await openIntegrity(world) };
  const logs = await openLogs(guarded);
  const engine = await openEngine({ ...world, config, foundations, logs });
  const packages = await openPackages(guarded, engine.leases, foundations.settings);
  const removals = await openRemovals({ ...world, foundations, engine, logs, packages });
  const scrubber = startScrubbing(guarded, config, { logs, packages });
  const useCases = createUseCases(world, foundations, {
    runs: engine.runs,
    removals,
    startOfToday: () => startOfDay(world.clock.now(), config.zone),
  });
  const firstAdministrator = await useCases.ensureAdministrator();
  const publicOrigin = config.publicUrl;
  let isOpen = true;
  lifetime.owns(() => void (isOpen = false));
  const { routes } = createRoutes(config, useCases, {
    removals,
    others: [...engine.routes(removals), ...packageAndLogRoutes({ engine, logs, packages })],
    isReady: async () => isOpen && (await store.isReachable()),
    integrity: () => ({ damaged: guarded.integrity.damagedCount, ...scrubber?.scrubbing }),
  });
  const app = createHttpApp({
    ...world,
    ...foundations,
    routes,
    publicOrigin,
    users: foundations.authenticator,
    agents: engine.agents,
    answers: world.stores.answers,
    trustedProxies: config.trustedProxies,
    storeFaultOf,
    fallback: createDashboard(config.dashboard),
  });
  const addressOf = clientAddressOf(config.trustedProxies);
  openLiveLink({ ...world, foundations, engine, logs, publicOrigin, addressOf, server: front.server });
  refuseOtherUpgrades(front.server, [agentLinkPath, liveLinkPath]);
  await engine.start(front.server, addressOf);
  await removals.resume();
  front.serve(app);
  lifetime.owns(() => front.pause());
  log.info('the controller is ready', { url: front.url, store: config.mongoUri === undefined ? 'embedded' : 'mongodb' });
  return { url: front.url, firstAdministrator, failed: store.embedded?.failed ?? lost };
}

async function createWorld(config: Config, { log, store, lifetime }: { log: Log; store: OpenStore; lifetime: Lifetime }) {
  const secrets = createSecretBox(await loadMasterKeys(`${config.dataDir}/keys`, config.masterKey));
  const timers = createTimers();
  lifetime.owns(() => timers.close());
  const { db } = store.connection;
  if (!db) throw new Error('the store is not connected');
  const path = join(config.dataDir, 'git-authorities.pem');
  const gitTrust = await trustForGit(config.gitEnvironment, { authorities: config.authorities, path, write: placeWhole });
  const keptPipelines = store.embedded && createKeptPipelines();
  return {
    stores: await createStores(store.connection, secrets, keptPipelines),
    keptPipelines,
    db,
    connection: store.connection,
    isEmbedded: store.embedded !== undefined,
    secrets,
    signals: createLocalSignals(log),
    crashPoints: createCrashPoints(config.crashAt, () => process.kill(process.pid, 'SIGKILL')),
    clock: systemClock,
    monotonic: systemMonotonic,
    timers,
    ids: createIds(),
    dataDir: config.dataDir,
    gitEnvironment: { ...config.gitEnvironment, ...gitTrust },
    authorities: config.authorities,
    addressRules: config.addressRules,
    setupToken: config.setupToken,
    log,
    lifetime,
  };
}
