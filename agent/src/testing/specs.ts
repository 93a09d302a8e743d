import { asId, attemptIdOf, type AttemptId, type OfferId, type PipelineId, type ProjectId, type RunId } from '@drover/protocol';
import type { AttemptSpec } from '@drover/protocol/agent';
import type { Step } from '@drover/protocol/definition';
import type { Offer } from '../attempts/assignments/admission.js';

const runId = asId<RunId>('01hzy3k4m5n6p7q8r9s0t1v2wx');

export const testAttemptId = (key = 'build'): AttemptId => attemptIdOf(runId, key, 1);

/** A shell step; its name decides what a scripted executor plays. */
export const shellStep = (name: string, changes: Partial<Extract<Step, { type: 'shell' }>> = {}): Step => ({
  type: 'shell',
  name,
  script: `echo ${name}`,
  ...changes,
});

export function testSpec(steps: readonly Step[], changes: Partial<AttemptSpec> = {}): AttemptSpec {
  return {
    attemptId: testAttemptId(),
    runId,
    projectId: asId<ProjectId>('01hzy3k4m5n6p7q8r9s0t1v2wy'),
    pipelineId: asId<PipelineId>('01hzy3k4m5n6p7q8r9s0t1v2wz'),
    runNumber: 7,
    projectName: 'shop',
    pipelineName: 'release',
    taskKey: 'build',
    taskName: 'Build',
    number: 1,
    sample: false,
    steps: [...steps],
    sources: [],
    executor: { type: 'shell' },
    environment: {},
    secrets: [],
    timeoutSeconds: 600,
    graceSeconds: 10,
    alwaysStepsLimitSeconds: 60,
    logLimitBytes: 1_000_000,
    recovery: { waitSeconds: 600, then: 'rerun' },
    ...changes,
  };
}

export const testOffer = (changes: Partial<Offer> = {}): Offer => ({
  type: 'offer',
  attemptId: testAttemptId(),
  offerId: asId<OfferId>('offer-1'),
  executor: 'shell',
  sample: false,
  ...changes,
});
