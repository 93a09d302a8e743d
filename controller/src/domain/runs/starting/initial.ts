import { type DefinitionId, type Instant, type PipelineId, type ProjectId } from '@drover/protocol';
import { defaultQueueLimitSeconds, type DefinitionSnapshot } from '@drover/protocol/definition';
import type { PendingStart } from '../../pipelines/pipeline.js';
import type { Run, RunSourceState, StageState } from '../run.js';

export interface RunPlace {
  readonly projectId: ProjectId;
  readonly pipelineId: PipelineId;
  readonly definitionId: DefinitionId;
  readonly definition: DefinitionSnapshot;
  readonly zone: string;
}

/** The run that a start asked for, as it enters the queue. The same start always gives the same run. */
export function initialRun(start: PendingStart, place: RunPlace): Run {
  const { pipeline } = place.definition;
  return {
    state: 'queued',
    runId: start.runId,
    projectId: place.projectId,
    pipelineId: place.pipelineId,
    number: start.number,
    definitionId: place.definitionId,
    trigger: start.trigger,
    execution: 1,
    zone: place.zone,
    queuedAt: start.startedAt,
    queueDeadline: start.startedAt + (pipeline.queueLimitSeconds ?? defaultQueueLimitSeconds) * 1_000,
    priority: pipeline.priority ?? 0,
    sample: start.sample,
    sources: sourcesOf(start, place.definition),
    stages: stagesOf(start.tasks, place.definition),
    parameters: start.parameters,
  };
}

function sourcesOf(start: PendingStart, definition: DefinitionSnapshot): readonly RunSourceState[] {
  const chosen = new Map(start.refs.map(({ index, ref }) => [index, ref]));
  return definition.pipeline.sources.map((source, index) => {
    const ref = chosen.get(index) ?? { type: 'branch' as const, name: source.defaultBranch };
    return {
      index,
      ...(source.alias === undefined ? {} : { alias: source.alias }),
      url: source.url,
      ref,
      ...(ref.type === 'commit' && isWholeCommit(ref.name) ? { commit: ref.name.toLowerCase() } : {}),
    };
  });
}

/** X1, W1: all tasks, or those that were chosen together with those of stages that always run. */
export function stagesOf(chosen: readonly string[] | undefined, definition: DefinitionSnapshot): readonly StageState[] {
  const keys = chosen === undefined ? undefined : new Set(chosen);
  return definition.pipeline.stages.map((stage) => ({
    key: stage.key,
    tasks: stage.tasks.map((task) => ({
      key: task.key,
      selected: keys === undefined || stage.alwaysRun === true || keys.has(task.key),
      attempt: 0,
      state: 'waiting',
    })),
  }));
}

/** Moment at which a task's attempt has waited too long (X10). */
export const queueDeadlineOf = (definition: DefinitionSnapshot, queuedAt: Instant): Instant =>
  queuedAt + (definition.pipeline.queueLimitSeconds ?? defaultQueueLimitSeconds) * 1_000;

const isWholeCommit = (name: string): boolean => /^[0-9a-fA-F]{40}(?:[0-9a-fA-F]{24})?$/.test(name);
