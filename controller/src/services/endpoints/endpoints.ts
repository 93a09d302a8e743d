import { asId, type EndpointId, type ProjectId } from '@drover/protocol';
import type { Endpoint, EndpointInput } from '@drover/protocol/api';
import { nameKeyOf } from '../../domain/accounts/account.js';
import type { Place } from '../../domain/access/permissions.js';
import { covers, credentialFields, type CredentialField, type EndpointRecord } from '../../domain/endpoints/endpoint.js';
import { mendedKey, mendedKnownHosts } from '../../domain/endpoints/key-text.js';
import { referencesOfJob, referencesOfPipeline, type EndpointReference } from '../../domain/endpoints/references.js';
import type { Ciphertext, PipelineRecord } from '../../domain/pipelines/pipeline.js';
import { mayUse } from './reach.js';
import type { People } from '../accounts/people.js';
import { nothingHere } from '../access/door.js';
import type { Creation } from '../creation.js';
import type { Access, UserActor } from '../ports/access.js';
import { secretContext, type SecretBox } from '../ports/definitions.js';
import type { Clock } from '../ports/environment.js';
import type { PipelineStore } from '../ports/stores/pipelines.js';
import type { EndpointStore, JobStore } from '../ports/stores/projects.js';
import { ok, refused, type Result } from '../result.js';

export interface EndpointsPorts {
  readonly endpoints: EndpointStore;
  readonly pipelines: PipelineStore;
  readonly jobs: JobStore;
  readonly people: People;
  readonly access: Access;
  readonly secrets: SecretBox;
  readonly clock: Clock;
}

export interface Making {
  readonly projectId: ProjectId;
  readonly input: EndpointInput;
  readonly creation: Creation;
}

/** As the door says of an id that does not exist. */
const noEndpoint = nothingHere;
const nameTaken = (name: string) =>
  refused('nameTaken', `There is an endpoint “${name}” in the project already.`, { errors: [{ path: '/name', message: 'is taken' }] });

/** E1, E2: endpoints of a project. Credentials go in and never come out. One is seen, changed and deleted by who made it and by the project's managers. */
export function createEndpoints(ports: EndpointsPorts) {
  return {
    async place(endpointId: EndpointId): Promise<Place | undefined> {
      const record = await ports.endpoints.byId(endpointId);
      return record && { projectId: record.projectId };
    },
    list: (actor: UserActor, projectId: ProjectId) => list(ports, actor, projectId),
    /** The record, where the actor may use it. */
    usable: (actor: UserActor, endpointId: EndpointId) => usable(ports, actor, endpointId),
    usableByName: (actor: UserActor, projectId: ProjectId, name: string) => usableByName(ports, { actor, projectId, name }),
    async get(actor: UserActor, endpointId: EndpointId): Promise<Result<Endpoint>> {
      const record = await usable(ports, actor, endpointId);
      return record ? single(ports, record) : noEndpoint;
    },
    create: (actor: UserActor, making: Making) => create(ports, actor, making),
    save: (actor: UserActor, endpointId: EndpointId, input: EndpointInput) => save(ports, { actor, endpointId, input }),
    remove: (actor: UserActor, endpointId: EndpointId) => remove(ports, actor, endpointId),
  };
}
export type EndpointsService = ReturnType<typeof createEndpoints>;

async function usable(
  { endpoints, access }: EndpointsPorts,
  actor: UserActor,
  endpointId: EndpointId,
): Promise<EndpointRecord | undefined> {
  const record = await endpoints.byId(endpointId);
  if (!record) return undefined;
  const may = await access.permissions(actor, { projectId: record.projectId });
  return may.has('manage') || (may.has('view') && mayUse(actor, record)) ? record : undefined;
}

async function usableByName(
  ports: EndpointsPorts,
  { actor, projectId, name }: { actor: UserActor; projectId: ProjectId; name: string },
): Promise<EndpointRecord | undefined> {
  const record = await ports.endpoints.byName(projectId, nameKeyOf(name));
  return record && usable(ports, actor, record._id);
}

async function list(ports: EndpointsPorts, actor: UserActor, projectId: ProjectId): Promise<readonly Endpoint[]> {
  const manages = (await ports.access.permissions(actor, { projectId })).has('manage');
  const records = (await ports.endpoints.ofProject(projectId)).filter((record) => manages || mayUse(actor, record));
  return views(ports, projectId, records);
}

async function single(ports: EndpointsPorts, record: EndpointRecord): Promise<Result<Endpoint>> {
  const [view] = await views(ports, record.projectId, [record]);
  return view ? ok(view) : noEndpoint;
}

async function views(ports: EndpointsPorts, projectId: ProjectId, records: readonly EndpointRecord[]): Promise<Endpoint[]> {
  const person = await ports.people.refs(records.flatMap(({ createdBy, changedBy }) => [createdBy, changedBy]));
  const usedBy = await usersOf(ports, projectId);
  return records.map((record) => ({
    id: record._id,
    projectId,
    kind: record.kind,
    name: record.name,
    url: record.url,
    ...(record.user !== undefined && { user: record.user }),
    credentials: credentialFields.filter((field) => record.secrets[field] !== undefined),
    createdAt: record.createdAt,
    createdBy: person(record.createdBy),
    changedAt: record.changedAt,
    changedBy: person(record.changedBy),
    usedBy: usedBy(record.name),
  }));
}

/** E3: where an endpoint's name stands in the project's pipelines and jobs. */
async function usersOf({ pipelines, jobs }: EndpointsPorts, projectId: ProjectId): Promise<(name: string) => Endpoint['usedBy']> {
  const definitions: readonly PipelineRecord[] = await pipelines.ofProject(projectId);
  const jobRecords = await jobs.ofProject(projectId);
  const users = [
    ...definitions.map(({ definition }) => usesOf(definition.name, 'pipeline', referencesOfPipeline(definition))),
    ...jobRecords.map(({ definition }) => usesOf(definition.name, 'job', referencesOfJob(definition))),
  ];
  return (name) => users.filter(({ keys }) => keys.has(nameKeyOf(name))).map(({ pipeline, place }) => ({ pipeline, place }));
}

/** Old versions found an endpoint by its name whatever its case, so case does not count here either. */
const usesOf = (pipeline: string, place: 'pipeline' | 'job', references: readonly EndpointReference[]) => ({
  pipeline,
  place,
  keys: new Set(references.map(({ name }) => nameKeyOf(name))),
});

async function create(ports: EndpointsPorts, actor: UserActor, { projectId, input, creation }: Making): Promise<Result<Endpoint>> {
  const endpointId = asId<EndpointId>(creation.id);
  const made = creation.isRepeat ? await ports.endpoints.byId(endpointId) : undefined;
  if (made) return single(ports, made);
  const fault = addressFault(input) ?? (await claimFault(ports, projectId, input.name));
  if (fault) return fault;
  const now = ports.clock.now();
  const record: EndpointRecord = {
    _id: endpointId,
    schemaVersion: 1,
    projectId,
    ...factsOf(input),
    secrets: sealed(ports.secrets, { endpointId, input, before: {} }),
    version: 1,
    createdAt: now,
    createdBy: actor.userId,
    changedAt: now,
    changedBy: actor.userId,
  };
  return (await ports.endpoints.insert(record)) === 'nameTaken' ? nameTaken(input.name) : single(ports, record);
}

/** A definition of an old version may name an endpoint that does not exist. The maker of one with that name would hand it their credentials unknowingly. */
async function claimFault(ports: EndpointsPorts, projectId: ProjectId, name: string) {
  if (await ports.endpoints.byName(projectId, nameKeyOf(name))) return nameTaken(name);
  const users = (await usersOf(ports, projectId))(name);
  return users.length === 0
    ? undefined
    : refused(
        'conflict',
        `The name “${name}” is already used by ${inWords(users)}, which would get these credentials: choose another name.`,
        {
          errors: [{ path: '/name', message: 'is named by a definition that would get these credentials: choose another name' }],
        },
      );
}

const factsOf = (input: EndpointInput) => ({
  kind: input.kind,
  name: input.name,
  nameKey: nameKeyOf(input.name),
  url: input.url,
  ...(input.user !== undefined && input.user !== '' && { user: input.user }),
});

function addressFault({ url }: EndpointInput) {
  const readable = URL.canParse(url) ? new URL(url) : undefined;
  if (
    readable &&
    readable.password === '' &&
    (readable.username === '' || readable.protocol === 'ssh:') &&
    !readable.hostname.startsWith('-')
  )
    return undefined;
  return refused('invalidInput', 'The address is not valid, or holds a user or a password: those have fields of their own.', {
    errors: [{ path: '/url', message: 'must be an address without user and password in it' }],
  });
}

type Sealed = Readonly<Partial<Record<CredentialField, Ciphertext>>>;

/** Given credentials sealed, empty ones gone, absent ones as before. */
function sealed(box: SecretBox, { endpointId, input, before }: { endpointId: EndpointId; input: EndpointInput; before: Sealed }): Sealed {
  const given: Record<CredentialField, string | undefined> = {
    password: input.password,
    privateKey: input.kind === 'git' && input.privateKey !== undefined ? mendedKey(input.privateKey) : undefined,
    knownHosts: input.kind === 'git' && input.knownHosts !== undefined ? mendedKnownHosts(input.knownHosts) : undefined,
  };
  const after: Partial<Record<CredentialField, Ciphertext>> = {};
  for (const field of credentialFields) {
    const value = given[field];
    const kept = before[field];
    if (value !== undefined && value !== '') after[field] = box.seal(value, secretContext.endpoint(endpointId, field));
    else if (value === undefined && kept !== undefined) after[field] = kept;
  }
  return after;
}

async function save(
  ports: EndpointsPorts,
  { actor, endpointId, input }: { actor: UserActor; endpointId: EndpointId; input: EndpointInput },
): Promise<Result<Endpoint>> {
  const before = await usable(ports, actor, endpointId);
  if (!before) return noEndpoint;
  const fault = addressFault(input) ?? (await renameFault(ports, before, input)) ?? movedFault(before, input);
  if (fault) return fault;
  const { user: _dropped, ...rest } = before;
  const record: EndpointRecord = {
    ...rest,
    ...factsOf(input),
    secrets: sealed(ports.secrets, { endpointId, input, before: before.secrets }),
    version: before.version + 1,
    changedAt: ports.clock.now(),
    changedBy: actor.userId,
  };
  const replaced = await ports.endpoints.replace(before.version, record);
  if (replaced === 'nameTaken') return nameTaken(input.name);
  return replaced === 'versionConflict'
    ? refused('versionConflict', 'Somebody else saved the endpoint meanwhile: load it again.')
    : single(ports, record);
}

async function renameFault(ports: EndpointsPorts, before: EndpointRecord, input: EndpointInput) {
  if (input.kind !== before.kind)
    return refused('invalidInput', 'The kind of an endpoint cannot be changed.', {
      errors: [{ path: '/kind', message: 'cannot be changed' }],
    });
  if (input.name === before.name) return undefined;
  const users = (await usersOf(ports, before.projectId))(before.name);
  return users.length === 0
    ? nameKeyOf(input.name) === before.nameKey
      ? undefined
      : claimFault(ports, before.projectId, input.name)
    : refused('stillInUse', `The endpoint cannot be renamed while it is used by ${inWords(users)}.`, {
        errors: [{ path: '/name', message: 'is used' }],
      });
}

/** Who changes the address would else have stored credentials sent to a host of their own. */
function movedFault(before: EndpointRecord, input: EndpointInput) {
  if (covers(before.url, input.url)) return undefined;
  const given = { password: input.password, privateKey: input.kind === 'git' ? input.privateKey : undefined, knownHosts: '' };
  const missing = credentialFields.find((field) => before.secrets[field] !== undefined && given[field] === undefined);
  return missing === undefined
    ? undefined
    : refused('invalidInput', 'The address leads elsewhere: enter the credentials again.', {
        errors: [{ path: `/${missing}`, message: 'must be entered again, because the address has changed' }],
      });
}

async function remove(ports: EndpointsPorts, actor: UserActor, endpointId: EndpointId): Promise<Result<void>> {
  const record = await usable(ports, actor, endpointId);
  if (!record) return noEndpoint;
  const users = (await usersOf(ports, record.projectId))(record.name);
  if (users.length > 0) return refused('stillInUse', `The endpoint is used by ${inWords(users)}.`);
  return (await ports.endpoints.remove(endpointId)) ? ok(undefined) : noEndpoint;
}

const inWords = (users: Endpoint['usedBy']): string =>
  users
    .slice(0, 5)
    .map(({ pipeline, place }) => `${place} “${pipeline}”`)
    .join(', ') + (users.length > 5 ? ` and ${users.length - 5} more` : '');
