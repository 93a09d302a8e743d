import { Type, type Static } from '@sinclair/typebox';
import { StepRecord } from '../agent/messages.js';
import { Key, Lines, ParameterName, RefName } from '../definition/names.js';
import { AgentId, AttemptId, Instant, PipelineId, ProjectId, RunId } from '../shared/ids.js';
import { Reason } from '../shared/reasons.js';
import { Closed, OneOf } from '../shared/schema.js';
import { AttemptState, Outcome, Status } from '../shared/status.js';
import { pageQuery, PersonRef } from './common.js';

export const RunRef = Closed({ type: OneOf(['branch', 'tag', 'commit']), name: RefName });
export type RunRef = Static<typeof RunRef>;

/** Body of `POST /pipelines/{id}/runs`. Absent parts take the pipeline's defaults; `tasks` absent means all. */
export const StartRun = Closed({
  sources: Type.Optional(Type.Array(Closed({ index: Type.Integer({ minimum: 0, maximum: 9 }), ref: RunRef }), { maxItems: 10 })),
  tasks: Type.Optional(Type.Array(Key, { minItems: 1, maxItems: 2_000, uniqueItems: true })),
  parameters: Type.Optional(Type.Record(ParameterName, Lines(20_000), { additionalProperties: false, maxProperties: 200 })),
});
export type StartRun = Static<typeof StartRun>;

export const Trigger = Closed({ type: OneOf(['manual', 'api', 'system']), by: Type.Optional(PersonRef) });
export type Trigger = Static<typeof Trigger>;

export const RunSource = Closed({
  index: Type.Integer(),
  alias: Type.Optional(Type.String()),
  url: Type.String(),
  ref: RunRef,
  commit: Type.Optional(Type.String()),
  message: Type.Optional(Type.String()),
});
export type RunSource = Static<typeof RunSource>;

const timed = { startedAt: Type.Optional(Instant), finishedAt: Type.Optional(Instant) };

/** Why the run or task does not move on at this moment; no event of the run announces when it changes. */
const waiting = Type.Unsafe<Reason>({ ...Reason, description: 'why it waits: no agent, no slot, or its agent is away' });

/** A run as lists show it. It is `queued` until its first task begins. `revision` grows with each change: an older one that arrives later is to be dropped. */
export const RunSummary = Closed({
  id: RunId,
  projectId: ProjectId,
  pipelineId: PipelineId,
  pipelineName: Type.String(),
  number: Type.Integer(),
  revision: Type.Integer(),
  status: Status,
  reason: Type.Optional(Reason),
  waiting: Type.Optional(waiting),
  trigger: Trigger,
  source: Type.Optional(RunSource),
  stages: Type.Array(
    Closed({ key: Key, name: Type.String(), status: Status, tasksDone: Type.Integer(), tasksTotal: Type.Integer(), ...timed }),
  ),
  queuedAt: Instant,
  ...timed,
});
export type RunSummary = Static<typeof RunSummary>;

export const TaskView = Closed({
  key: Type.String(),
  name: Type.String(),
  type: OneOf(['build']),
  status: Status,
  selected: Type.Boolean(),
  reason: Type.Optional(Reason),
  waiting: Type.Optional(waiting),
  attemptId: Type.Optional(AttemptId),
  attempts: Type.Integer(),
  queuedAt: Type.Optional(Instant),
  ...timed,
});
export type TaskView = Static<typeof TaskView>;
export const StageView = Closed({
  key: Key,
  name: Type.String(),
  mode: OneOf(['serial', 'parallel']),
  status: Status,
  tasks: Type.Array(TaskView),
  ...timed,
});
export type StageView = Static<typeof StageView>;

export const RunParameter = Closed({
  name: Type.String(),
  value: Type.Optional(Type.String({ description: 'absent for secrets' })),
  secret: Type.Boolean(),
  origin: OneOf(['pipeline', 'run', 'predefined']),
});
export const RunView = Closed({
  id: RunId,
  projectId: ProjectId,
  projectName: Type.String(),
  pipelineId: PipelineId,
  pipelineName: Type.String(),
  number: Type.Integer(),
  revision: Type.Integer(),
  status: Status,
  reason: Type.Optional(Reason),
  waiting: Type.Optional(waiting),
  trigger: Trigger,
  sources: Type.Array(RunSource),
  stages: Type.Array(StageView),
  parameters: Type.Array(RunParameter),
  queuedAt: Instant,
  ...timed,
  mayStop: Type.Boolean(),
  mayExecute: Type.Boolean(),
  mayDelete: Type.Boolean({ description: 'once it is finished' }),
  stoppedBy: Type.Optional(PersonRef),
});
export type RunView = Static<typeof RunView>;

export const runListQuery = {
  ...pageQuery,
  days: Type.Optional(Type.Integer({ minimum: 1, maximum: 31 })),
  from: Type.Optional(Instant),
  to: Type.Optional(Instant),
  status: Type.Optional(Status),
};

export const RunEventView = Closed({
  at: Instant,
  type: Type.String(),
  by: Type.Optional(PersonRef),
  taskKey: Type.Optional(Type.String()),
  reason: Type.Optional(Reason),
  facts: Type.Optional(Type.Record(Type.String(), Type.Union([Type.String(), Type.Number()]))),
});
export type RunEventView = Static<typeof RunEventView>;

/** G3: why a queued run or task waits; for a task, each agent with the first condition that it fails. `place` counts from 1. */
export const WaitingView = Closed({
  verdict: Reason,
  since: Type.Optional(Instant),
  place: Type.Optional(Type.Integer()),
  estimateMs: Type.Optional(Type.Integer()),
  labels: Type.Array(Type.String()),
  impossible: Type.Boolean(),
  agents: Type.Array(Closed({ agentId: AgentId, name: Type.String(), reason: Reason })),
});
export type WaitingView = Static<typeof WaitingView>;

/** What waits: a task for an agent, or, without `task`, a run for a place in its pipeline. */
export const QueueItem = Closed({
  runId: RunId,
  projectId: ProjectId,
  pipelineId: PipelineId,
  pipelineName: Type.String(),
  runNumber: Type.Integer(),
  task: Type.Optional(Closed({ key: Type.String(), name: Type.String(), attemptId: AttemptId })),
  since: Instant,
  waiting: Type.Optional(waiting),
});
export type QueueItem = Static<typeof QueueItem>;

// ---- attempts and their logs ----
export const LogView = Closed({
  sizeBytes: Type.Integer(),
  lines: Type.Integer(),
  state: OneOf(['live', 'away', 'complete', 'cut', 'missing', 'damaged']),
  sha256: Type.Optional(Type.String()),
  reportedSizeBytes: Type.Optional(Type.Integer()),
  reportedSha256: Type.Optional(Type.String()),
});
export type LogView = Static<typeof LogView>;
export const AttemptView = Closed({
  id: AttemptId,
  runId: RunId,
  runNumber: Type.Integer(),
  taskKey: Type.String(),
  number: Type.Integer(),
  state: AttemptState,
  status: Status,
  outcome: Type.Optional(Outcome),
  reason: Type.Optional(Reason),
  agent: Type.Optional(Closed({ id: AgentId, name: Type.String(), slot: Type.Integer() })),
  executor: Type.String(),
  labels: Type.Array(Type.String()),
  timeoutSeconds: Type.Integer(),
  steps: Type.Array(StepRecord),
  log: LogView,
  warnings: Type.Array(Reason),
  queuedAt: Instant,
  ...timed,
  exitCode: Type.Optional(Type.Integer()),
});
export type AttemptView = Static<typeof AttemptView>;

/** `GET /attempts/{id}/log/lines?from=<line from 0>&count=`: lines with the offset of their first byte. `text` has no line end; bytes that are no UTF-8 are replaced. A line over 16 KB is cut in this view (`cut`). */
export const LogLine = Closed({
  number: Type.Integer(),
  offset: Type.Integer(),
  at: Type.Optional(Instant),
  step: Type.Optional(Type.Integer()),
  text: Type.String(),
  cut: Type.Optional(Type.Boolean()),
  partial: Type.Optional(Type.Boolean({ description: 'the last line, with no line end yet' })),
});
export type LogLine = Static<typeof LogLine>;
export const LogLines = Closed({
  from: Type.Integer(),
  lines: Type.Array(LogLine),
  totalLines: Type.Integer(),
  sizeBytes: Type.Integer(),
  damaged: Type.Optional(
    Type.Boolean({ description: 'the stored log no longer has its recorded SHA-256: lines may differ or be missing' }),
  ),
});
export type LogLines = Static<typeof LogLines>;
/** `GET /attempts/{id}/log/search?q=&from=<line>&limit=`: hits in order; `next` is the line to continue from, absent at the end. */
export const LogHits = Closed({
  hits: Type.Array(Closed({ line: Type.Integer(), column: Type.Integer(), length: Type.Integer(), text: Type.String() })),
  next: Type.Optional(Type.Integer()),
});
export type LogHits = Static<typeof LogHits>;
