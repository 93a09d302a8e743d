import { Type, type Static } from '@sinclair/typebox';
import { AgentFacts, AgentHealth } from '../agent/messages.js';
import { Label, Name } from '../definition/names.js';
import { RunRetention } from '../definition/pipelines.js';
import { AgentId, AttemptId, Instant, ProjectId, RunId, TokenId } from '../shared/ids.js';
import { rule } from '../shared/faults.js';
import { Closed, OneOf } from '../shared/schema.js';
import { AgentStatus } from '../shared/status.js';
import { PersonRef } from './common.js';

export const AgentView = Closed({
  id: AgentId,
  name: Name,
  status: AgentStatus,
  revision: Type.Integer(),
  enabled: Type.Boolean(),
  approved: Type.Boolean(),
  projectId: Type.Optional(ProjectId),
  slots: Type.Integer(),
  labels: Type.Array(Label),
  givenLabels: Type.Array(Label),
  facts: AgentFacts,
  health: Type.Optional(AgentHealth),
  registeredAt: Instant,
  connectedSince: Type.Optional(Instant),
  silentSince: Type.Optional(Instant),
  attempts: Type.Array(
    Closed({
      attemptId: AttemptId,
      runId: RunId,
      slot: Type.Integer(),
      pipelineName: Type.String(),
      runNumber: Type.Integer(),
      taskName: Type.String(),
      startedAt: Type.Optional(Instant),
    }),
  ),
});
export type AgentView = Static<typeof AgentView>;
export const ChangeAgent = Closed({
  name: Type.Optional(Name),
  labels: Type.Optional(Type.Array(Label, { maxItems: 50, uniqueItems: true })),
  slots: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_024 })),
  enabled: Type.Optional(Type.Boolean()),
});

/** The pen: each slot of the farm. */
export const FarmView = Closed({
  slots: Type.Integer(),
  busy: Type.Integer(),
  queuedTasks: Type.Integer(),
  agents: Type.Integer(),
  agentsOnline: Type.Integer(),
  pen: Type.Array(Closed({ agentId: AgentId, slots: Type.Integer(), busy: Type.Integer(), status: AgentStatus }), { maxItems: 200 }),
});
export type FarmView = Static<typeof FarmView>;

export const RegistrationToken = Closed({
  id: TokenId,
  name: Name,
  projectId: Type.Optional(ProjectId),
  usesLeft: Type.Integer(),
  expiresAt: Instant,
  createdAt: Instant,
  createdBy: PersonRef,
});
export type RegistrationToken = Static<typeof RegistrationToken>;
export const CreateRegistrationToken = Closed({
  name: Name,
  projectId: Type.Optional(ProjectId),
  uses: Type.Integer({ minimum: 1, maximum: 10_000 }),
  expiresInHours: Type.Integer({ minimum: 1, maximum: 8_760 }),
});
/** `installCommand`: one line for a terminal of the build machine. */
export const RegistrationTokenCreated = Closed({ token: RegistrationToken, secret: Type.String(), installCommand: Type.String() });
export type RegistrationTokenCreated = Static<typeof RegistrationTokenCreated>;

/** O4, B3: what is deleted by itself. What is absent limits nothing. */
const Retention = Closed({
  runs: RunRetention,
  packages: Closed({
    days: Type.Optional(Type.Integer({ minimum: 1, maximum: 36_500, description: 'older versions are deleted, but for the newest one' })),
    versions: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000, description: 'at most so many versions of a package are kept' })),
  }),
});

export const Settings = Closed({
  agentApproval: Type.Boolean({ description: 'G5: new agents wait for an administrator' }),
  logLimitBytes: Type.Integer({ minimum: 10_000, maximum: 10_737_418_240 }),
  allowedFolders: Type.Array(
    Type.String({ minLength: 1, maxLength: 1_000, pattern: '^/[^\\u0000-\\u001f]*$', ...rule('an absolute folder') }),
    {
      maxItems: 100,
      description: 'S2: below these, local repositories may be sources',
    },
  ),
  retention: Type.Optional(Retention),
  retentionFrom: Type.Optional(
    Type.Integer({
      minimum: 0,
      readOnly: true,
      description:
        'O4: no run is deleted by retention before this moment, seven days after the first start that knows retention. Absent once `retention` is saved: it holds at once then. A request that sends it back with the same `retention` saves no `retention`',
    }),
  ),
});
export type Settings = Static<typeof Settings>;

/** What has been deleted and is still being removed; `total` counts single runs, too. */
export const Removals = Closed({
  total: Type.Integer(),
  things: Type.Array(
    Closed({
      kind: OneOf(['pipeline', 'project']),
      name: Type.String(),
      requestedAt: Instant,
      runsLeft: Type.Integer(),
    }),
  ),
});
export type Removals = Static<typeof Removals>;
