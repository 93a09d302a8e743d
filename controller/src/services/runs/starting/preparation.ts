import { asId, type DefinitionId, type PipelineId, type RunId } from '@drover/protocol';
import { defaultConcurrency, type DefinitionSnapshot } from '@drover/protocol/definition';
import type { PendingStart, PipelineRecord } from '../../../domain/pipelines/pipeline.js';
import { takeAutoIncrement } from '../../../domain/runs/starting/auto-increment.js';
import { initialRun } from '../../../domain/runs/starting/initial.js';
import { maxRunBytes } from '../../../domain/runs/record.js';
import { faultsOfStart, parametersOfStart } from '../../../domain/runs/starting/start-request.js';
import { secretContext } from '../../ports/definitions.js';
import { ok, refused, type Result } from '../../result.js';
import type { StartPorts, StartRequest } from './ports.js';

/** A start as it is going to be noted. */
export interface Prepared {
  readonly pending: PendingStart;
  /** The auto-increment values that are next after it. */
  readonly next: Readonly<Record<string, string>>;
  readonly definition: DefinitionSnapshot;
}

/** Checks what was asked for against the pipeline as it is now. Writes nothing but the snapshot of its definition. */
export async function prepare(ports: StartPorts, pipeline: PipelineRecord, asked: StartRequest): Promise<Result<Prepared>> {
  const snapshot = await ports.definitions.snapshot(pipeline);
  if (!snapshot.ok) return snapshot;
  const { definitionId, snapshot: definition } = snapshot.value;
  const errors = faultsOfStart(asked.request, definition);
  if (errors.length > 0) return refused('invalidInput', 'The run cannot be started with these values.', { errors });
  const full = queueRefusal(ports, pipeline._id, definition);
  if (full !== undefined) return full;
  const taken = takeAutoIncrement(definition, pipeline.autoIncrement, asked.request.parameters ?? {});
  const pending = pendingOf(ports, { pipeline, asked, definition, definitionId, autoIncrement: taken.values });
  if (JSON.stringify(runOf({ pipeline, pending, definition, zone: ports.zone })).length > maxRunBytes) {
    return refused('payloadTooLarge', `A run with its parameters may take ${maxRunBytes} bytes; this one would take more.`);
  }
  return ok({ pending, next: taken.next, definition });
}

/** The run of a noted start, as it is before anything happened to it. */
export function runOf(start: { pipeline: PipelineRecord; pending: PendingStart; definition: DefinitionSnapshot; zone: string }) {
  const { pipeline, pending, definition, zone } = start;
  const { _id: pipelineId, projectId } = pipeline;
  return initialRun(pending, { projectId, pipelineId, definitionId: pending.definitionId, definition, zone });
}

function queueRefusal(
  { slots }: StartPorts,
  pipelineId: PipelineId,
  definition: DefinitionSnapshot,
): ReturnType<typeof refused> | undefined {
  const { maxRuns, whenFull } = definition.pipeline.concurrency ?? defaultConcurrency;
  if (whenFull !== 'refuse') return undefined;
  const { active, queued, arriving } = slots.standing(pipelineId);
  if (active + queued + arriving < maxRuns) return undefined;
  return refused('queueRefused', `${active} of ${maxRuns} runs of this pipeline are active, and it refuses more rather than queue them.`);
}

function pendingOf(
  { secrets, ids, clock }: StartPorts,
  parts: {
    pipeline: PipelineRecord;
    asked: StartRequest;
    definition: DefinitionSnapshot;
    definitionId: DefinitionId;
    autoIncrement: Readonly<Record<string, string>>;
  },
): PendingStart {
  const { pipeline, asked, definition, definitionId, autoIncrement } = parts;
  const seal = (plain: string, name: string) => secrets.seal(plain, secretContext.pipelineParameter(pipeline._id, name));
  const { request, idempotencyKey } = asked;
  return {
    runId: asId<RunId>(ids.next()),
    number: pipeline.nextNumber,
    definitionId,
    ...(idempotencyKey === undefined ? {} : { idempotencyKey, requestDigest: secrets.fingerprint(JSON.stringify(request)) }),
    sample: pipeline.sample === true,
    trigger: asked.trigger,
    refs: request.sources ?? [],
    ...(request.tasks === undefined ? {} : { tasks: request.tasks }),
    parameters: parametersOfStart({ definition, typed: request.parameters ?? {}, autoIncrement, secrets: pipeline.secrets, seal }),
    startedAt: clock.now(),
  };
}
