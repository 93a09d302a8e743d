import { attemptIdOf, type AttemptId, type Reason, type Status } from '@drover/protocol';
import type { RunParameter, RunSource, RunSummary, RunView, StageView, TaskView } from '@drover/protocol/api';
import type { DefinitionSnapshot, Stage } from '@drover/protocol/definition';
import type { Static } from '@sinclair/typebox';
import { predefinedOf } from '../../domain/attempts/environment.js';
import type { RunRecord } from '../../domain/runs/record.js';
import { present } from '../present.js';
import { isOutstanding } from '../../domain/runs/stages.js';
import type { Run, StageState, TaskState } from '../../domain/runs/run.js';
import { begunAt, runStatus, stageStatus, taskReason, taskStatus } from '../../domain/runs/status.js';

/** A run as lists show it. */
export function summaryOf(record: RunRecord, definition: DefinitionSnapshot): RunSummary {
  const { run } = record;
  const source = run.sources[0];
  return {
    ...head(record, definition),
    ...present({ source: source && sourceOf(source) }),
    stages: run.stages.map((stage, index) => ({
      key: stage.key,
      name: definition.pipeline.stages[index]?.name ?? stage.key,
      status: stageStatus(stage, run),
      tasksDone: stage.tasks.filter((task) => task.state === 'finished').length,
      tasksTotal: stage.tasks.filter((task) => task.selected).length,
      ...times(stage),
    })),
  };
}

/** The same with why the run waits at this moment. */
export const waitingSummary = (summary: RunSummary, waiting: Reason | undefined): RunSummary => ({ ...summary, ...present({ waiting }) });

/** Why runs and tasks wait at this moment. */
export interface WaitingFor {
  ofRun(run: Run, definition: DefinitionSnapshot): Reason | undefined;
  ofAttempt(attemptId: AttemptId): Reason | undefined;
}

interface DetailParts {
  readonly projectName: string;
  readonly waits: WaitingFor;
}

/** What a run's page shows beside what access adds. */
export function detailOf(
  record: RunRecord,
  definition: DefinitionSnapshot,
  { projectName, waits }: DetailParts,
): Omit<RunView, 'mayStop' | 'mayExecute' | 'mayDelete'> {
  const { run } = record;
  return {
    ...head(record, definition),
    ...present({ waiting: waits.ofRun(run, definition) }),
    projectName,
    sources: run.sources.map(sourceOf),
    stages: run.stages.map((stage, index) => stageView(stage, definition.pipeline.stages[index], { run, waits })),
    parameters: parametersOf(run, definition),
    ...(run.stop === undefined || run.stop.by === 'system' ? {} : { stoppedBy: run.stop.by }),
  };
}

function head(record: RunRecord, definition: DefinitionSnapshot) {
  const { run } = record;
  return {
    id: record._id,
    projectId: record.projectId,
    pipelineId: record.pipelineId,
    pipelineName: definition.pipeline.name,
    number: record.number,
    revision: record.revision,
    status: runStatus(run),
    ...present({ reason: reasonOf(run) }),
    trigger: run.trigger,
    queuedAt: run.queuedAt,
    ...times({ startedAt: begunAt(run), finishedAt: run.state === 'finished' ? run.finishedAt : undefined }),
  };
}

const reasonOf = (run: Run): Reason | undefined => (run.state === 'finished' ? run.reason : run.stop?.reason);

function sourceOf({ index, alias, url, ref, commit, message }: Run['sources'][number]): RunSource {
  return { index, ...present({ alias }), url: withoutCredentials(url), ref, ...present({ commit, message }) };
}

/** What somebody may have written into an address before the host is not for everybody's eyes. */
const withoutCredentials = (url: string): string => url.replace(/^([a-z]+:\/\/)[^/@]*@/, '$1');

function stageView(stage: StageState, named: Stage | undefined, { run, waits }: TaskParts): StageView {
  return {
    key: stage.key,
    name: named?.name ?? stage.key,
    mode: named?.mode ?? 'serial',
    status: stageStatus(stage, run),
    tasks: stage.tasks.map((task) => taskView(task, named, { run, waits })),
    ...times(stage),
  };
}

interface TaskParts {
  readonly run: Run;
  readonly waits: WaitingFor;
}

function taskView(task: TaskState, stage: Stage | undefined, { run, waits }: TaskParts): TaskView {
  const attemptId = task.attempt === 0 ? undefined : attemptIdOf(run.runId, task.key, task.attempt);
  const status: Status = taskStatus(task, run);
  return {
    key: task.key,
    name: stage?.tasks.find((candidate) => candidate.key === task.key)?.name ?? task.key,
    type: 'build',
    status,
    selected: task.selected,
    ...present({ reason: taskReason(task, run) }),
    ...present({ attemptId, waiting: attemptId && isOutstanding(task) ? waits.ofAttempt(attemptId) : undefined }),
    attempts: task.attempt,
    ...present({ queuedAt: task.queuedAt }),
    ...times({ startedAt: task.startedAt, finishedAt: task.state === 'finished' ? task.finishedAt : undefined }),
  };
}

const times = ({ startedAt, finishedAt }: { readonly startedAt?: number | undefined; readonly finishedAt?: number | undefined }) =>
  present({ startedAt, finishedAt });

/** V3: what the run was started with; values of secrets are not in it. */
function parametersOf(run: Run, definition: DefinitionSnapshot): Array<Static<typeof RunParameter>> {
  const defaults = new Map(
    definition.pipeline.parameters.map((parameter) => [parameter.name, 'value' in parameter ? (parameter.value ?? '') : undefined]),
  );
  const own = Object.entries(run.parameters).map(([name, parameter]) =>
    'secret' in parameter
      ? { name, secret: true, origin: 'pipeline' as const }
      : {
          name,
          value: parameter.value,
          secret: false,
          origin: defaults.get(name) === parameter.value ? ('pipeline' as const) : ('run' as const),
        },
  );
  const predefined = Object.entries(predefinedOf(run)).map(([name, value]) => ({
    name,
    value,
    secret: false,
    origin: 'predefined' as const,
  }));
  return [...own, ...predefined];
}
