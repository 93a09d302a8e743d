import { Type, type Static } from '@sinclair/typebox';
import { Line, Name } from '../definition/names.js';
import { RepositoryUrl } from '../definition/pipelines.js';
import { EndpointId, Instant, ProjectId, UserId } from '../shared/ids.js';
import { rule } from '../shared/faults.js';
import { Closed, OneOf, Variants } from '../shared/schema.js';
import { created, PersonRef } from './common.js';

/** Roles that managers give; the creator's is given once, by making the project. */
export const givenRoles = ['manager', 'developer', 'tester', 'operations', 'participant', 'viewer'] as const;
export const projectRoles = ['creator', ...givenRoles] as const;
export const ProjectRole = OneOf(projectRoles);
export const projectPermissions = ['view', 'execute', 'modify', 'delete', 'manage'] as const;
export type ProjectRole = (typeof projectRoles)[number];

export const Member = Closed({ userId: UserId, name: Type.String(), displayName: Type.String(), roles: Type.Array(ProjectRole) });
export type Member = Static<typeof Member>;
export const Project = Closed({
  id: ProjectId,
  name: Name,
  description: Type.String(),
  ...created,
  myRoles: Type.Array(ProjectRole),
  may: Type.Array(OneOf(projectPermissions), { description: 'A2: what you may do in the project as a whole' }),
  pipelines: Type.Integer(),
  running: Type.Integer(),
  failedToday: Type.Integer(),
  lastRunAt: Type.Optional(Instant),
});
export type Project = Static<typeof Project>;
export const CreateProject = Closed({ name: Name, description: Type.Optional(Line(1_000)) });
export const ChangeProject = Closed({ name: Type.Optional(Name), description: Type.Optional(Line(1_000)) });
export const SetMember = Closed({
  roles: Type.Array(OneOf(givenRoles), {
    minItems: 1,
    uniqueItems: true,
  }),
});
export const AddMember = Closed({ name: Type.String({ minLength: 1, maxLength: 64 }), roles: SetMember.properties.roles });

// ---- endpoints (E1): the kinds of today. Credentials go in and never come out. ----
const Url = Type.String({
  minLength: 1,
  maxLength: 1_000,
  pattern: '^https?://[^\\u0000-\\u0020\\u007f]+$',
  ...rule('an address that begins with https:// or http://'),
});
const GitEndpointInput = Closed({
  kind: Type.Literal('git'),
  name: Name,
  url: Type.String({
    minLength: 1,
    maxLength: 1_000,
    pattern: '^(?:https?|ssh)://[^\\u0000-\\u0020\\u007f]+$',
    ...rule('an address that begins with https://, http:// or ssh://'),
  }),
  user: Type.Optional(Line(200)),
  password: Type.Optional(Type.String({ maxLength: 4_000 })),
  privateKey: Type.Optional(Type.String({ maxLength: 20_000 })),
  knownHosts: Type.Optional(Type.String({ maxLength: 20_000 })),
});
const RegistryEndpointInput = Closed({
  kind: Type.Literal('dockerRegistry'),
  name: Name,
  url: Url,
  user: Type.Optional(Line(200)),
  password: Type.Optional(Type.String({ maxLength: 4_000 })),
});
/** On change, a credential that is absent stays as it is; an empty one is removed. */
export const EndpointInput = Variants('kind', [GitEndpointInput, RegistryEndpointInput]);
export type EndpointInput = Static<typeof EndpointInput>;
export const Endpoint = Closed({
  id: EndpointId,
  projectId: ProjectId,
  kind: OneOf(['git', 'dockerRegistry']),
  name: Name,
  url: Type.String(),
  user: Type.Optional(Type.String()),
  credentials: Type.Array(OneOf(['password', 'privateKey', 'knownHosts'])),
  ...created,
  changedAt: Instant,
  changedBy: PersonRef,
  usedBy: Type.Array(Closed({ pipeline: Type.String(), place: Type.String() })),
});
export type Endpoint = Static<typeof Endpoint>;
/** `repository` is one to read on the endpoint's host; without it, the endpoint's own address is read. */
export const TestEndpoint = Closed({ repository: Type.Optional(RepositoryUrl) });
/** What the test of a Git endpoint found; `other` and `forbidden` explain themselves in `detail`. */
export const gitTestResults = [
  'readable',
  'repositoryNeeded',
  'authenticationRefused',
  'notFoundOrNoAccess',
  'hostUnreachable',
  'certificateInvalid',
  'hostKeyRefused',
  'forbidden',
  'other',
] as const;
export type GitTestResult = (typeof gitTestResults)[number];
export const EndpointTest = Closed({
  ok: Type.Boolean(),
  detail: Type.String(),
  tookMs: Type.Integer(),
  result: Type.Optional(OneOf(gitTestResults)),
});
export type EndpointTest = Static<typeof EndpointTest>;
