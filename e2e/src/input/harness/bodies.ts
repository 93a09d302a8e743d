import type { parse } from '@drover/protocol';
import { CreateAgentUpload, RegisterAgent } from '@drover/protocol/agent';
import {
  AddMember,
  ChangeAgent,
  ChangeMyself,
  ChangePassword,
  ChangeProject,
  ChangeUser,
  CreateApiToken,
  CreateProject,
  CreateRegistrationToken,
  CreateUpload,
  CreateUser,
  EndpointInput,
  ImportPipeline,
  ListRefs,
  SaveJob,
  SavePipeline,
  SetMember,
  Settings,
  SignIn,
  StartRun,
  TestEndpoint,
} from '@drover/protocol/api';
import { job, oneTask, shell } from '../../testing/definitions.js';
import { simulatedFacts } from '../../testing/simulated/simulated-machine.js';

type Schema = Parameters<typeof parse>[0];

/** For each operation with a JSON body: its schema, and a body that has every kind of field. */
type Bodies = Readonly<Record<string, readonly [schema: Schema, body: object]>>;

const sha256 = '0'.repeat(64);
const coordinates = { directory: 'a/b', name: 'package', version: '1', fileName: 'file', sizeBytes: 1, sha256 };
const definition = job('fields', [shell('true', { timeoutSeconds: 5 })], {
  description: 'words',
  parameters: [{ name: 'WORD', type: 'string', value: 'x', runtime: true }],
  labels: ['linux'],
  executor: { type: 'docker', image: 'image', registry: 'registry', cpus: 1, memoryMb: 64 },
});
const pipeline = oneTask('fields', 'script', {
  description: 'words',
  sources: [{ type: 'git', url: 'https://git.example/a.git', alias: 'app', defaultBranch: 'main' }],
  parameters: [
    { name: 'WORD', type: 'string', value: 'x', runtime: true },
    { name: 'CHOICE', type: 'enum', values: ['a', 'b'], value: 'a' },
    { name: 'COUNT', type: 'autoIncrement', value: '1' },
    { name: 'SECRET', type: 'secret' },
  ],
  concurrency: { maxRuns: 2, whenFull: 'queue' },
  priority: 1,
  queueLimitSeconds: 60,
});
const savePipeline = { definition: pipeline, secrets: { SECRET: 'x' }, version: 1, copyOf: '01arz3ndektsv4rrffq69g5fav', sample: false };
const endpoint = { kind: 'git', name: 'fields', url: 'https://git.example', user: 'x', password: 'x', privateKey: 'x', knownHosts: 'x' };

export const bodies: Bodies = {
  signIn: [SignIn, { name: 'nobody', password: 'wrong password' }],
  createUser: [CreateUser, { name: 'fields', displayName: 'x', password: 'long enough', administrator: false, language: 'en' }],
  changeUser: [ChangeUser, { displayName: 'x', password: 'long enough', administrator: false, disabled: false }],
  changeMe: [ChangeMyself, { displayName: 'x', language: 'en' }],
  changeMyPassword: [ChangePassword, { current: 'wrong password', next: 'long enough' }],
  createMyToken: [CreateApiToken, { name: 'fields', scopes: ['read'], expiresInDays: 1 }],
  createProject: [CreateProject, { name: 'fields', description: 'x' }],
  changeProject: [ChangeProject, { name: 'fields', description: 'x' }],
  addMember: [AddMember, { name: 'nobody', roles: ['viewer'] }],
  setMember: [SetMember, { roles: ['viewer'] }],
  createJob: [SaveJob, { definition, version: 1 }],
  saveJob: [SaveJob, { definition, version: 1 }],
  createEndpoint: [EndpointInput, endpoint],
  saveEndpoint: [EndpointInput, endpoint],
  testEndpoint: [TestEndpoint, { repository: 'https://git.example/a.git' }],
  listRefs: [ListRefs, { url: 'https://git.example/a.git', endpoint: 'x' }],
  createPipeline: [SavePipeline, savePipeline],
  validatePipeline: [SavePipeline, savePipeline],
  savePipeline: [SavePipeline, savePipeline],
  importPipeline: [
    ImportPipeline,
    { yaml: 'drover: 1', secrets: { A: 'x' }, jobs: 'keep', pipelineId: '01arz3ndektsv4rrffq69g5fav', dryRun: true },
  ],
  startRun: [StartRun, { sources: [{ index: 0, ref: { type: 'branch', name: 'main' } }], tasks: ['work'], parameters: { WORD: 'x' } }],
  createUpload: [CreateUpload, coordinates],
  createAgentUpload: [CreateAgentUpload, { attemptId: '01arz3ndektsv4rrffq69g5fav.work.1', fencing: 1, ...coordinates }],
  createRegistrationToken: [
    CreateRegistrationToken,
    { name: 'fields', projectId: '01arz3ndektsv4rrffq69g5fav', uses: 1, expiresInHours: 1 },
  ],
  registerAgent: [
    RegisterAgent,
    {
      token: 'unknown',
      name: 'fields',
      labels: ['a'],
      slots: 1,
      protocolVersion: 1,
      facts: simulatedFacts,
    },
  ],
  changeAgent: [ChangeAgent, { name: 'fields', labels: ['a'], slots: 1, enabled: true }],
  saveSettings: [Settings, { agentApproval: false, logLimitBytes: 10_000, allowedFolders: ['/folder'] }],
};
