import { faultSentence, type EndpointId, type ProjectId } from '@drover/protocol';
import type { EndpointTest, ListRefs, Refs } from '@drover/protocol/api';
import type { Static } from '@sinclair/typebox';
import { covers, type EndpointRecord } from '../../domain/endpoints/endpoint.js';
import { noEndpointInReach } from '../../domain/endpoints/references.js';
import { addressFaults, localFolder } from '../../domain/pipelines/validation/sources.js';
import { nothingHere } from '../access/door.js';
import type { Access, UserActor } from '../ports/access.js';
import type { SecretBox } from '../ports/definitions.js';
import type { Monotonic } from '../ports/environment.js';
import type { GitRemote } from '../ports/git-remote.js';
import type { SettingsReader } from '../ports/settings.js';
import type { PipelineStore } from '../ports/stores/pipelines.js';
import { ok, refused, type Result } from '../result.js';
import { gitCredentials } from './credentials.js';
import type { EndpointsService } from './endpoints.js';

/** Asks a Docker registry whether it lets somebody in. */
export interface RegistryProbe {
  test(
    registry: { readonly url: string; readonly user: string; readonly password: string },
    signal: AbortSignal,
  ): Promise<{ readonly ok: boolean; readonly detail: string }>;
}

export interface RemotePorts {
  readonly access: Access;
  readonly pipelines: PipelineStore;
  readonly endpoints: EndpointsService;
  readonly secrets: SecretBox;
  readonly settings: SettingsReader;
  readonly git: GitRemote;
  readonly registry: RegistryProbe;
  readonly monotonic: Monotonic;
}

/** What is asked of outside services while somebody edits: branches of a repository (S2), whether an endpoint works (E4). */
export function createRemotes(ports: RemotePorts) {
  return {
    refs: (
      actor: UserActor,
      asked: { readonly projectId: ProjectId; readonly input: Static<typeof ListRefs>; readonly signal: AbortSignal },
    ) => refs(ports, actor, asked),
    test: (actor: UserActor, asked: EndpointToTest) => test(ports, actor, asked),
  };
}
export type RemotesService = ReturnType<typeof createRemotes>;

async function refs(
  ports: RemotePorts,
  actor: UserActor,
  { projectId, input, signal }: { projectId: ProjectId; input: Static<typeof ListRefs>; signal: AbortSignal },
): Promise<Result<Refs>> {
  if (!(await mayAsk(ports, actor, { projectId, input }))) return needsModify;
  const { allowedFolders } = await ports.settings.read();
  const faults = addressFaults(input.url, allowedFolders);
  const [first] = faults;
  if (first !== undefined) return refused('invalidInput', `${faultSentence(first)}.`, { errors: faults });
  const credentials = await credentialsFor(ports, actor, { projectId, input });
  if (!credentials.ok) return credentials;
  const answer = await ports.git.refs({ url: input.url, credentials: credentials.value, allowedFolders }, signal);
  return answer.ok
    ? ok(answer.value)
    : refused('conflict', `The repository could not be read: ${answer.detail}`, { errors: [{ path: '/url', message: answer.detail }] });
}

const needsModify = refused('forbidden', 'This needs the permission “modify” in the project.');

/** Who may modify names any address; who may execute, the repositories of the project's pipelines: the dialog that starts a run lists their branches. */
async function mayAsk(
  { access, pipelines }: RemotePorts,
  actor: UserActor,
  { projectId, input }: { projectId: ProjectId; input: Static<typeof ListRefs> },
): Promise<boolean> {
  const may = await access.permissions(actor, { projectId });
  if (may.has('modify')) return true;
  if (!may.has('execute')) return false;
  const sources = (await pipelines.ofProject(projectId)).flatMap(({ definition }) => definition.sources);
  return sources.some(({ url, endpoint }) => url === input.url && endpoint === input.endpoint);
}

async function credentialsFor(
  ports: RemotePorts,
  actor: UserActor,
  { projectId, input }: { projectId: ProjectId; input: Static<typeof ListRefs> },
) {
  if (input.endpoint === undefined) return ok({ kind: 'none' } as const);
  const fault = (message: string) =>
    refused('invalidInput', `The field “endpoint” is not valid: ${message}.`, { errors: [{ path: '/endpoint', message }] });
  const endpoint = await ports.endpoints.usableByName(actor, projectId, input.endpoint);
  if (endpoint?.kind !== 'git') return fault(noEndpointInReach({ kind: 'git', name: input.endpoint }));
  if (!covers(endpoint.url, input.url))
    return fault(`the endpoint “${endpoint.name}” is for ${endpoint.url}: its credentials are not sent elsewhere`);
  const credentials = gitCredentials(ports.secrets, endpoint);
  return credentials ? ok(credentials) : fault('its credentials cannot be decrypted with the present key');
}

export interface EndpointToTest {
  readonly endpointId: EndpointId;
  /** A repository on the endpoint's host; absent: the endpoint's own address. */
  readonly repository: string | undefined;
  readonly signal: AbortSignal;
}

async function test(
  ports: RemotePorts,
  actor: UserActor,
  { endpointId, repository, signal }: EndpointToTest,
): Promise<Result<EndpointTest>> {
  const endpoint = await ports.endpoints.usable(actor, endpointId);
  if (!endpoint) return nothingHere;
  if (!(await ports.access.permissions(actor, { projectId: endpoint.projectId })).has('modify')) return needsModify;
  const message = repository === undefined ? undefined : repositoryFault(endpoint, repository);
  if (message !== undefined)
    return refused('invalidInput', `The field “repository” is not valid: ${message}.`, { errors: [{ path: '/repository', message }] });
  const startedAt = ports.monotonic.elapsedMs();
  const answer = await (endpoint.kind === 'git'
    ? testGit(ports, { endpoint, url: repository ?? endpoint.url, signal })
    : testRegistry(ports, endpoint, signal));
  return ok({ ...answer, tookMs: Math.round(ports.monotonic.elapsedMs() - startedAt) });
}

/** The credentials go to the endpoint's host only, as with a source that names the endpoint. */
function repositoryFault(endpoint: EndpointRecord, repository: string): string | undefined {
  if (endpoint.kind !== 'git') return 'only a Git endpoint is tested with a repository';
  if (localFolder(repository) !== undefined) return 'enter an address that begins with https://, http:// or ssh://';
  const [fault] = addressFaults(repository, []);
  if (fault !== undefined) return fault.message;
  return covers(endpoint.url, repository)
    ? undefined
    : `the endpoint “${endpoint.name}” is for ${endpoint.url}: its credentials are not sent elsewhere`;
}

const unreadable = { ok: false, detail: 'The credentials cannot be decrypted with the present keys: enter them again.' };

/** A host answers for its repositories, not for itself. */
const hostOnly = {
  ok: false,
  result: 'repositoryNeeded',
  detail: 'This endpoint is for a whole host: name a repository of the host to test it with.',
} as const;

async function testGit(
  ports: RemotePorts,
  { endpoint, url, signal }: { endpoint: EndpointRecord; url: string; signal: AbortSignal },
): Promise<Omit<EndpointTest, 'tookMs'>> {
  const credentials = gitCredentials(ports.secrets, endpoint);
  if (!credentials) return unreadable;
  if (URL.canParse(url) && new URL(url).pathname.replaceAll('/', '') === '') return hostOnly;
  const { allowedFolders } = await ports.settings.read();
  const answer = await ports.git.refs({ url, credentials, allowedFolders }, signal);
  return answer.ok
    ? {
        ok: true,
        result: 'readable',
        detail: `${answer.value.branches.length} branches and ${answer.value.tags.length} tags can be read.`,
      }
    : { ok: false, result: answer.reason ?? 'other', detail: answer.detail };
}

async function testRegistry(ports: RemotePorts, endpoint: EndpointRecord, signal: AbortSignal) {
  const credentials = gitCredentials(ports.secrets, endpoint);
  if (!credentials) return unreadable;
  const { user, password } = credentials.kind === 'password' ? credentials : { user: endpoint.user ?? '', password: '' };
  return ports.registry.test({ url: endpoint.url, user, password }, signal);
}
