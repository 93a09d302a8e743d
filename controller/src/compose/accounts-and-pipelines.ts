import { join } from 'node:path';
import { createOutgoing, trustIn } from '@drover/protocol/outgoing';
import { createPasswords } from '../adapters/crypto/passwords.js';
import { randomTokens } from '../adapters/crypto/tokens.js';
import { createPasswordNote } from '../adapters/files/password-note.js';
import { createGitRemote } from '../adapters/git/git-remote.js';
import { createTryLimiter } from '../adapters/limits/try-limiter.js';
import { createRegistryProbe } from '../adapters/registry/registry-probe.js';
import { createFileReader } from '../adapters/yaml/file-reader.js';
import { yamlPipelineFiles } from '../adapters/yaml/pipeline-files.js';
import { createAccess } from '../services/access/access.js';
import { createDoor } from '../services/access/door.js';
import { createApiTokens } from '../services/accounts/api-tokens.js';
import { createAuthenticator } from '../services/accounts/authenticator.js';
import { ensureAdministrator } from '../services/accounts/first-administrator.js';
import { createPeople } from '../services/accounts/people.js';
import { createValidity } from '../services/accounts/validity.js';
import { createSignIn } from '../services/accounts/sign-in.js';
import { createUsers } from '../services/accounts/users.js';
import { createCredentials } from '../services/endpoints/credentials.js';
import { createEndpoints } from '../services/endpoints/endpoints.js';
import { createRemotes } from '../services/endpoints/remotes.js';
import { createJobs } from '../services/jobs/jobs.js';
import { createDefinitions } from '../services/pipelines/definitions.js';
import { createListing } from '../services/pipelines/listing.js';
import { createPipelines } from '../services/pipelines/pipelines.js';
import { createTransfer } from '../services/pipelines/transfer.js';
import { createLimit } from '../services/limit.js';
import type { SecretBox } from '../services/ports/definitions.js';
import type { Clock, Ids, Log, Monotonic } from '../services/ports/environment.js';
import type { Removals } from '../services/removal/removals.js';
import type { RunSummaries } from '../services/ports/run-summaries.js';
import type { Signals } from '../services/ports/signals.js';
import { createMembers } from '../services/projects/members.js';
import { createProjects } from '../services/projects/projects.js';
import { createSettings } from '../services/settings/settings.js';
import type { AddressRules } from '../shared/outgoing/address-rules.js';
import { createGate, resolveHost } from '../shared/outgoing/gate.js';
import type { Lifetime } from './lifetime.js';
import type { Stores } from './stores.js';

export interface World {
  readonly stores: Stores;
  readonly secrets: SecretBox;
  readonly signals: Signals;
  readonly clock: Clock;
  readonly monotonic: Monotonic;
  readonly ids: Ids;
  readonly log: Log;
  readonly dataDir: string;
  readonly gitEnvironment: Readonly<Record<string, string>>;
  readonly authorities: readonly string[];
  readonly addressRules: AddressRules;
  readonly setupToken?: string | undefined;
  readonly lifetime: Lifetime;
}

/** A5: wrong passwords per name and address before one has to wait, and how long. */
const signInTries = { tries: 10, seconds: 900 };
/** A5: wrong passwords per address, whatever the name: many, since an office shares one address. */
const addressTries = { tries: 100, seconds: 900 };

/** What everything else asks: who may what, definitions, credentials, settings, Git. */
export function createFoundations(world: World) {
  const { stores, clock, ids, log } = world;
  const access = createAccess(stores.projects);
  const settings = createSettings(stores.settings);
  const lookups = createLimit(2);
  const trusted = world.authorities.length === 0 ? undefined : trustIn(world.authorities);
  const gate = createGate(world.addressRules, (host) => lookups(() => resolveHost(host)));
  return {
    access,
    settings,
    door: createDoor({ access, audit: stores.audit, clock, ids, log }),
    people: createPeople(stores.users),
    authenticator: createAuthenticator({ ...stores, tokens: randomTokens, clock, ...setupOf(world) }),
    validity: createValidity({ ...stores, clock }),
    definitions: createDefinitions({ ...stores, settings, clock }),
    credentials: createCredentials({ ...stores, secrets: world.secrets, settings }),
    git: createGitRemote({ environment: world.gitEnvironment, gate, folder: join(world.dataDir, 'git') }),
    registry: createRegistryProbe(createOutgoing({ environment: world.gitEnvironment, gate, trust: trusted && (() => trusted) })),
    tokens: randomTokens,
  };
}
const setupOf = ({ setupToken }: World) => (setupToken === undefined ? {} : { setupTokenHash: randomTokens.hash(setupToken) });
export type Foundations = ReturnType<typeof createFoundations>;

/** Use cases of accounts, projects, jobs, endpoints and pipelines. */
export function createUseCases(
  world: World,
  foundations: Foundations,
  more: { readonly runs: RunSummaries; readonly removals: Pick<Removals, 'pipeline' | 'project'>; readonly startOfToday: () => number },
) {
  const { stores, secrets, signals, clock, ids, monotonic, dataDir, lifetime } = world;
  const { access, settings, people, git, registry } = foundations;
  const fileReader = createFileReader();
  lifetime.owns(() => fileReader.close());
  const passwords = createPasswords();
  const limiter = createTryLimiter(signInTries);
  const addressLimiter = createTryLimiter(addressTries);
  const note = createPasswordNote(join(dataDir, 'admin-password'));
  const accountPorts = { ...stores, passwords, tokens: randomTokens, limiter, addressLimiter, signals, clock, ids, note, log: world.log };
  const pipelinePorts = { ...stores, ...more, settings, people, access, secrets, signals, clock, ids };
  const users = createUsers(accountPorts);
  const endpoints = createEndpoints({ ...stores, people, access, secrets, clock });
  return {
    users,
    signIn: createSignIn(accountPorts),
    apiTokens: createApiTokens({ ...stores, tokens: randomTokens, signals, clock }),
    projects: createProjects({ ...stores, ...more, people, access, signals, clock }),
    members: createMembers({ ...stores, signals }),
    jobs: createJobs({ ...stores, people, access, clock }),
    endpoints,
    remotes: createRemotes({ access, pipelines: stores.pipelines, endpoints, secrets, settings, git, registry, monotonic }),
    pipelines: createPipelines(pipelinePorts),
    listing: createListing(pipelinePorts),
    transfer: createTransfer({ ...pipelinePorts, files: yamlPipelineFiles(fileReader) }),
    settings,
    ensureAdministrator: () => ensureAdministrator({ users: stores.users, service: users, tokens: randomTokens, note }),
  };
}
export type UseCases = ReturnType<typeof createUseCases>;
