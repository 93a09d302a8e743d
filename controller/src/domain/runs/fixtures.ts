import { asId, type DefinitionId, type PipelineId, type ProjectId, type RunId } from '@drover/protocol';
import type { DefinitionSnapshot, JobDefinition, Stage } from '@drover/protocol/definition';
import type { PendingStart } from '../pipelines/pipeline.js';
import { initialRun } from './starting/initial.js';
import type { Run } from './run.js';

/** Definitions and runs in few words, for tests. */
export const sampleIds = {
  runId: asId<RunId>('01hzy0000000000000000000r1'),
  projectId: asId<ProjectId>('01hzy0000000000000000000p1'),
  pipelineId: asId<PipelineId>('01hzy00000000000000000p1p1'),
  definitionId: asId<DefinitionId>('a'.repeat(64)),
};

export const sampleJob: JobDefinition = {
  name: 'compile',
  kind: 'build',
  parameters: [],
  steps: [{ type: 'shell', name: 'Compile', script: 'make' }],
  labels: [],
  executor: { type: 'shell' },
};

export interface StageSketch {
  readonly mode?: 'serial' | 'parallel';
  readonly tasks: readonly string[];
  readonly alwaysRun?: boolean;
}

export function sampleDefinition(stages: readonly StageSketch[], more: Partial<DefinitionSnapshot['pipeline']> = {}): DefinitionSnapshot {
  return {
    schemaVersion: 1,
    jobs: [sampleJob],
    pipeline: { name: 'Orders', sources: [], parameters: [], stages: stages.map(stageOf), ...more },
  };
}

const stageOf = (sketch: StageSketch, index: number): Stage => ({
  key: `s${index}`,
  name: `Stage ${index}`,
  mode: sketch.mode ?? 'serial',
  ...(sketch.alwaysRun === undefined ? {} : { alwaysRun: sketch.alwaysRun }),
  tasks: sketch.tasks.map((key) => ({ key, name: `Task ${key}`, type: 'build', job: 'compile' })),
});

export const sampleStart: PendingStart = {
  runId: sampleIds.runId,
  number: 7,
  definitionId: sampleIds.definitionId,
  sample: false,
  trigger: { type: 'manual' },
  refs: [],
  parameters: {},
  startedAt: 1_000,
};

export function sampleRun(definition: DefinitionSnapshot, start: Partial<PendingStart> = {}): Run {
  return initialRun({ ...sampleStart, ...start }, { ...sampleIds, definition, zone: 'UTC' });
}
