import {
  asId,
  type EndpointId,
  type JobId,
  type PipelineId,
  type ProjectId,
  type SessionId,
  type TokenId,
  type UserId,
} from '@drover/protocol';
import { assert } from 'chai';
import type { ApiTokenRecord, SessionRecord, UserRecord } from '../domain/accounts/account.js';
import type { EndpointRecord } from '../domain/endpoints/endpoint.js';
import type { JobRecord } from '../domain/jobs/job.js';
import type { PipelineRecord } from '../domain/pipelines/pipeline.js';
import type { ProjectRecord } from '../domain/projects/project.js';
import { sampleDefinition, sampleJob } from '../domain/runs/fixtures.js';
import type { SettingsStore } from '../services/ports/settings.js';
import type { ApiTokenStore, NetworkStore, SessionStore, UserStore } from '../services/ports/stores/accounts.js';
import type { PipelineStore } from '../services/ports/stores/pipelines.js';
import type { EndpointStore, JobStore, ProjectStore } from '../services/ports/stores/projects.js';

export interface ContractStores {
  readonly users: UserStore;
  readonly sessions: SessionStore;
  readonly apiTokens: ApiTokenStore;
  readonly networks: NetworkStore;
  readonly projects: ProjectStore;
  readonly jobs: JobStore;
  readonly endpoints: EndpointStore;
  readonly settings: SettingsStore;
  readonly pipelines: PipelineStore;
}

const ann = asId<UserId>('ann');
const bob = asId<UserId>('bob');
const made = { schemaVersion: 1, createdAt: 1 } as const;
const written = { ...made, createdBy: ann, changedAt: 1, changedBy: ann } as const;

const user: UserRecord = {
  ...made,
  _id: ann,
  name: 'ann',
  nameKey: 'ann',
  displayName: 'Ann',
  administrator: true,
  disabled: false,
  language: 'en',
  passwordHash: 'hash',
  mustChangePassword: false,
};
const session = (id: string, userId = ann): SessionRecord => ({
  ...made,
  _id: asId<SessionId>(id),
  userId,
  tokenHash: `hash of ${id}`,
  lastSeenAt: 1,
  expiresAt: 32_503_680_000_000,
  userAgent: '',
  address: '',
});
const token: ApiTokenRecord = { ...made, _id: asId<TokenId>('t'), userId: ann, name: 'ci', scopes: ['read'], tokenHash: 'hash of t' };
const project: ProjectRecord = {
  ...made,
  _id: asId<ProjectId>('shop'),
  name: 'Shop',
  nameKey: 'shop',
  description: '',
  members: [{ userId: ann, roles: ['creator'] }],
  createdBy: ann,
};
const job: JobRecord = { ...written, _id: asId<JobId>('j'), projectId: project._id, nameKey: 'compile', version: 1, definition: sampleJob };
const endpoint: EndpointRecord = {
  ...written,
  _id: asId<EndpointId>('e'),
  projectId: project._id,
  kind: 'git',
  name: 'Host',
  nameKey: 'host',
  url: 'https://code.example',
  secrets: {},
  version: 1,
};
const pipeline: PipelineRecord = {
  ...written,
  _id: asId<PipelineId>('p'),
  projectId: project._id,
  nameKey: 'orders',
  version: 1,
  definition: sampleDefinition([{ tasks: ['a'] }]).pipeline,
  secrets: {},
  nextNumber: 1,
  autoIncrement: {},
  pendingStarts: [],
  sample: true,
};

/** O5, A1–A5: what is written, changed or taken away is so for the very next read, whatever was read before. `open` gives empty stores. */
export function storesContract(open: () => Promise<ContractStores>): void {
  let stores: ContractStores;
  beforeEach(async () => void (stores = await open()));

  accounts(() => stores);
  projects(() => stores);

  it('a farm’s settings are those that were saved last', async () => {
    assert.deepEqual(await stores.settings.load(), {});
    await stores.settings.save({ agentApproval: true, logLimitBytes: 1, allowedFolders: ['/srv'] });
    assert.deepEqual((await stores.settings.load()).allowedFolders, ['/srv']);
    await stores.settings.save({ agentApproval: true, logLimitBytes: 1, allowedFolders: [] });
    assert.deepEqual((await stores.settings.load()).allowedFolders, []);
  });

  it('O4 the moment from which retention deletes is written once, and stays beside what is saved', async () => {
    await stores.settings.noteRetention(7);
    await stores.settings.noteRetention(9);
    assert.deepEqual(await stores.settings.load(), { retentionFrom: 7 });
    await stores.settings.save({ agentApproval: true, logLimitBytes: 1, allowedFolders: [] });
    assert.deepEqual(await stores.settings.load(), { retentionFrom: 7, agentApproval: true, logLimitBytes: 1, allowedFolders: [] });
  });

  it('a pipeline’s definition is the newest, its sample mark and itself are gone at once', async () => {
    const { pipelines } = stores;
    const read = async () => pipelines.byId(pipeline._id);
    assert.isUndefined(await read());
    await pipelines.insert(pipeline);
    assert.isTrue((await read())?.sample);
    await pipelines.unmarkSamples([pipeline._id]);
    assert.isUndefined((await read())?.sample);
    const { secrets, changedAt, changedBy, definition } = pipeline;
    const change = { definition, nameKey: 'renamed', secrets, changedAt, changedBy, resetAutoIncrement: [] };
    assert.equal(await pipelines.replace(pipeline._id, 1, change), 'replaced');
    assert.include(await read(), { nameKey: 'renamed', version: 2 });
    assert.equal(await pipelines.replace(pipeline._id, 1, change), 'versionConflict');
    assert.isTrue(await pipelines.remove({ _id: pipeline._id, nextNumber: 1 }, 5));
    assert.isUndefined(await read());
  });
}

function accounts(stores: () => ContractStores): void {
  it('a user is as the last change left them', async () => {
    const { users } = stores();
    await users.insert(user);
    assert.isFalse((await users.byId(ann))?.disabled);
    assert.isTrue((await users.change(ann, { disabled: true }))?.disabled);
    assert.isTrue((await users.byId(ann))?.disabled);
    await users.change(ann, { administrator: false });
    assert.isFalse((await users.byId(ann))?.administrator);
  });

  it('a session is there until it is taken away, alone or with the others of its user', async () => {
    const { sessions } = stores();
    for (const each of [session('one'), session('two'), session('three'), session('theirs', bob)]) await sessions.insert(each);
    const there = async () => {
      const found = await Promise.all(['one', 'two', 'three', 'theirs'].map((id) => sessions.byTokenHash(`hash of ${id}`)));
      return found.flatMap((each) => each?._id ?? []);
    };
    assert.deepEqual(await there(), ['one', 'two', 'three', 'theirs']);
    await sessions.seen(asId<SessionId>('two'), { lastSeenAt: 7, expiresAt: 32_503_680_000_000 });
    assert.equal((await sessions.byTokenHash('hash of two'))?.lastSeenAt, 7);
    assert.isTrue(await sessions.remove(ann, asId<SessionId>('one')));
    assert.deepEqual(await there(), ['two', 'three', 'theirs']);
    await sessions.removeAllBut(ann, asId<SessionId>('three'));
    assert.deepEqual(await there(), ['three', 'theirs']);
    await sessions.removeAllBut(bob, undefined);
    assert.deepEqual(await there(), ['three']);
  });

  it('an API token is there until it is taken away, and tells when it was used', async () => {
    const { apiTokens } = stores();
    await apiTokens.insert(token);
    assert.isUndefined((await apiTokens.byTokenHash('hash of t'))?.lastUsedAt);
    await apiTokens.used(token._id, 9);
    assert.equal((await apiTokens.byTokenHash('hash of t'))?.lastUsedAt, 9);
    await apiTokens.remove(ann, token._id);
    assert.isUndefined(await apiTokens.byTokenHash('hash of t'));
  });

  it('A5 networks that people signed in from are there with the moment of the last note, the newest first', async () => {
    const { networks } = stores();
    const now = Date.now();
    await networks.note('192.0.2.7', now - 2_000);
    await networks.note('2001:db8:0:0::/64', now - 1_000);
    await networks.note('192.0.2.7', now);
    const newest = { network: '192.0.2.7', at: now };
    assert.deepEqual(await networks.newest(10), [newest, { network: '2001:db8:0:0::/64', at: now - 1_000 }]);
    assert.deepEqual(await networks.newest(1), [newest]);
  });
}

function projects(stores: () => ContractStores): void {
  it('a project has the members that it was given last, until it is gone', async () => {
    const { projects: store } = stores();
    const rolesOfBob = async () => (await store.byId(project._id))?.members.find(({ userId }) => userId === bob)?.roles;
    await store.insert(project);
    assert.isUndefined(await rolesOfBob());
    await store.setMember(project._id, { userId: bob, roles: ['manager'] });
    assert.deepEqual(await rolesOfBob(), ['manager']);
    await store.setMember(project._id, { userId: bob, roles: ['viewer'] });
    assert.deepEqual(await rolesOfBob(), ['viewer']);
    await store.removeMember(project._id, bob);
    assert.isUndefined(await rolesOfBob());
    await store.change(project._id, { description: 'of boots' });
    assert.equal((await store.byId(project._id))?.description, 'of boots');
    await store.remove(project._id, 5);
    assert.isUndefined(await store.byId(project._id));
  });

  it('a project’s jobs are those that were saved last', async () => {
    const { jobs } = stores();
    const told = async () => (await jobs.ofProject(project._id)).map(({ nameKey, version }) => `${nameKey} ${version}`);
    assert.deepEqual(await told(), []);
    await jobs.insert(job);
    assert.deepEqual(await told(), ['compile 1']);
    assert.equal(await jobs.replace(job._id, 1, { ...job, nameKey: 'build' }), 'replaced');
    assert.deepEqual(await told(), ['build 2']);
    await jobs.remove(job._id);
    assert.deepEqual(await told(), []);
  });

  it('a project’s endpoints are those that were saved last, by name as in the list', async () => {
    const { endpoints } = stores();
    const told = async () => [
      (await endpoints.ofProject(project._id)).map(({ url }) => url),
      (await endpoints.byName(project._id, 'host'))?.url,
    ];
    assert.deepEqual(await told(), [[], undefined]);
    await endpoints.insert(endpoint);
    assert.deepEqual(await told(), [['https://code.example'], 'https://code.example']);
    assert.equal(await endpoints.replace(1, { ...endpoint, version: 2, url: 'https://new.example' }), 'replaced');
    assert.deepEqual(await told(), [['https://new.example'], 'https://new.example']);
    await endpoints.remove(endpoint._id);
    assert.deepEqual(await told(), [[], undefined]);
  });
}
