import type { AttemptId, Instant } from '@drover/protocol';
import {
  defaultRecovery,
  defaultTaskTimeoutSeconds,
  type DefinitionSnapshot,
  type JobDefinition,
  type Task,
} from '@drover/protocol/definition';
import { queueDeadlineOf } from '../runs/starting/initial.js';
import type { Run, TaskState } from '../runs/run.js';
import type { AttemptRecord } from './attempt.js';

export interface TaskDefinition {
  readonly task: Task;
  readonly job: JobDefinition;
}

/** Snapshots never change: their tasks are looked through once. */
const tasksOfSnapshots = new WeakMap<DefinitionSnapshot, ReadonlyMap<string, TaskDefinition>>();

/** The task of that key with the job it calls, as the snapshot has them. */
export function findTask(definition: DefinitionSnapshot, taskKey: string): TaskDefinition | undefined {
  const known = tasksOfSnapshots.get(definition) ?? tasksOf(definition);
  tasksOfSnapshots.set(definition, known);
  return known.get(taskKey);
}

function tasksOf(definition: DefinitionSnapshot): ReadonlyMap<string, TaskDefinition> {
  const jobs = new Map(definition.jobs.map((job) => [job.name, job]));
  const tasks = definition.pipeline.stages.flatMap((stage) => stage.tasks);
  return new Map(
    tasks.flatMap((task) => {
      const job = jobs.get(task.job);
      return job === undefined ? [] : [[task.key, { task, job }] as const];
    }),
  );
}

function stateOf(run: Run, taskKey: string): TaskState | undefined {
  for (const stage of run.stages) {
    const task = stage.tasks.find((candidate) => candidate.key === taskKey);
    if (task !== undefined) return task;
  }
  return undefined;
}

export interface QueueRequest {
  readonly run: Run;
  readonly definition: DefinitionSnapshot;
  readonly attemptId: AttemptId;
  readonly taskKey: string;
  readonly number: number;
}

/** The attempt as it enters the queue; undefined when the snapshot has no such task or job. The same request gives the same record. */
export function queuedAttempt({ run, definition, attemptId, taskKey, number }: QueueRequest, now: Instant): AttemptRecord | undefined {
  const found = findTask(definition, taskKey);
  if (found === undefined) return undefined;
  const { task, job } = found;
  const queuedAt = stateOf(run, taskKey)?.queuedAt ?? now;
  return {
    _id: attemptId,
    schemaVersion: 1,
    projectId: run.projectId,
    pipelineId: run.pipelineId,
    runId: run.runId,
    runNumber: run.number,
    taskKey,
    number,
    execution: run.execution,
    state: 'queued',
    active: false,
    priority: run.priority,
    labels: [...new Set([...job.labels, ...(task.labels ?? [])])],
    executor: (task.executor ?? job.executor).type,
    sample: run.sample,
    recovery: task.recovery ?? defaultRecovery,
    timeoutSeconds: task.timeoutSeconds ?? job.timeoutSeconds ?? defaultTaskTimeoutSeconds,
    queuedAt,
    queueDeadline: queueDeadlineOf(definition, queuedAt),
    fencing: 0,
    steps: [],
    warnings: [],
    folded: false,
  };
}
