import type { AttemptId, Instant } from '@drover/protocol';
import { defaultRecovery, defaultTaskTimeoutSeconds, type DefinitionSnapshot, type JobDefinition, type Task } from '@drover/protocol/definition';
import { queueDeadlineOf } from '../runs/initial.js';
import type { Run } from '../runs/run.js';
import type { AttemptRecord } from './attempt.js';

export interface TaskDefinition {
  readonly task: Task;
  readonly job: JobDefinition;
}

/** The task of that key with the job it calls, as the snapshot has them. */
export function findTask(definition: DefinitionSnapshot, taskKey: string): TaskDefinition | undefined {
  const task = definition.pipeline.stages.flatMap((stage) => stage.tasks).find((candidate) => candidate.key === taskKey);
  const job = task && definition.jobs.find((candidate) => candidate.name === task.job);
  return task && job ? { task, job } : undefined;
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
  const state = run.stages.flatMap((stage) => stage.tasks).find((task) => task.key === taskKey);
  if (found === undefined || state === undefined) return undefined;
  const { task, job } = found;
  const queuedAt = state.queuedAt ?? now;
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
