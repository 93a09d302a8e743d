import { asId, faultSentence, type PipelineId, type ProjectId } from '@drover/protocol';
import type { SavePipeline } from '@drover/protocol/api';
import type { JobDefinition, PipelineDefinition } from '@drover/protocol/definition';
import type { Static } from '@sinclair/typebox';
import { nameKeyOf } from '../../domain/accounts/account.js';
import type { PipelineRecord } from '../../domain/pipelines/pipeline.js';
import type { FieldFault } from '../../domain/pipelines/validation/fault.js';
import { definitionFaults } from '../../domain/pipelines/validation/validate.js';
import type { Creation } from '../creation.js';
import type { UserActor } from '../ports/access.js';
import { ok, refused, type Refused, type Result } from '../result.js';
import type { PipelinePorts } from './pipeline-ports.js';
import { copiedSecrets, sealedSecrets, secretFaults } from './secrets.js';
import { surroundingsFor } from './surroundings.js';

export type SavePipelineInput = Static<typeof SavePipeline>;
export interface Saving {
  readonly actor: UserActor;
  readonly input: SavePipelineInput;
  /** Jobs that are saved along with it (import). */
  readonly jobs?: readonly JobDefinition[];
}

const nameTaken = (name: string) =>
  refused('nameTaken', `There is a pipeline “${name}” in the project already: names are unique in a project, whatever their case.`, {
    errors: [{ path: '/definition/name', message: 'is taken' }],
  });

/** W8: everything that would be wrong with saving this, without saving it. */
export async function validatePipeline(
  ports: PipelinePorts,
  { actor, projectId, input, jobs, before }: Saving & { projectId: ProjectId; before?: PipelineRecord },
): Promise<readonly FieldFault[]> {
  const surroundings = await surroundingsFor(ports, { actor, projectId, before: before?.definition, ...(jobs && { jobs }) });
  const faults = [...definitionFaults(input.definition, surroundings, '/definition'), ...secretFaults(input.definition, input.secrets)];
  const nameKey = nameKeyOf(input.definition.name);
  const clash = (await ports.pipelines.ofProject(projectId)).some((other) => other.nameKey === nameKey && other._id !== before?._id);
  return clash ? [{ path: '/definition/name', message: 'is the name of another pipeline of the project' }, ...faults] : faults;
}

/** The refusal that tells these faults; the name alone being taken has a code of its own. */
export function refusalOf(faults: readonly FieldFault[], definition: PipelineDefinition): Refused | undefined {
  if (faults.length === 0) return undefined;
  if (faults.length === 1 && faults[0]?.path === '/definition/name') return nameTaken(definition.name);
  const [first] = faults;
  const more = faults.length > 1 ? ` (and ${faults.length - 1} more)` : '';
  return refused('definitionInvalid', `The pipeline is not valid: ${first === undefined ? '' : faultSentence(first)}${more}.`, {
    errors: faults,
  });
}

export async function createPipeline(
  ports: PipelinePorts,
  saving: Saving & { readonly projectId: ProjectId; readonly creation: Creation },
): Promise<Result<PipelineId>> {
  const { actor, projectId, input, creation } = saving;
  const pipelineId = asId<PipelineId>(creation.id);
  if (creation.isRepeat && (await ports.pipelines.byId(pipelineId))) return ok(pipelineId);
  const refusal = markRefusal(saving) ?? refusalOf(await validatePipeline(ports, saving), input.definition);
  if (refusal) return refusal;
  const before = input.copyOf === undefined ? ok({}) : await secretsToCopy(ports, { actor, from: input.copyOf, to: pipelineId });
  if (!before.ok) return before;
  const now = ports.clock.now();
  const record: PipelineRecord = {
    _id: pipelineId,
    schemaVersion: 1,
    projectId,
    nameKey: nameKeyOf(input.definition.name),
    version: 1,
    definition: input.definition,
    secrets: sealedSecrets(ports.secrets, { pipelineId, definition: input.definition, given: input.secrets, before: before.value }),
    nextNumber: 1,
    autoIncrement: {},
    pendingStarts: [],
    ...(input.sample === true && { sample: true }),
    createdAt: now,
    createdBy: actor.userId,
    changedAt: now,
    changedBy: actor.userId,
  };
  if ((await ports.pipelines.insert(record)) === 'nameTaken') return nameTaken(input.definition.name);
  ports.signals.publish({ type: 'pipelineChanged', projectId, pipelineId });
  return ok(pipelineId);
}

/** What may run where tasks are not kept apart is for administrators to say. */
function markRefusal({ actor, input }: Saving): Refused | undefined {
  return input.sample === true && !(actor.administrator && actor.scopes.has('administer'))
    ? refused('forbidden', 'Only administrators may mark a pipeline as the sample.')
    : undefined;
}

/** C3: secrets go along only for somebody who may modify the original; for others they are to be entered again. */
async function secretsToCopy(
  ports: PipelinePorts,
  { actor, from, to }: { actor: UserActor; from: PipelineId; to: PipelineId },
): Promise<Result<PipelineRecord['secrets']>> {
  const original = await ports.pipelines.byId(from);
  const may = original && (await ports.access.permissions(actor, { projectId: original.projectId, createdBy: original.createdBy }));
  if (!original || !may?.has('view'))
    return refused('invalidInput', 'The pipeline to copy is not there.', {
      errors: [{ path: '/copyOf', message: 'is no pipeline that you may see' }],
    });
  return ok(may.has('modify') ? copiedSecrets(ports.secrets, original, to) : {});
}

export async function savePipeline(
  ports: PipelinePorts,
  { actor, pipelineId, input, jobs }: Saving & { readonly pipelineId: PipelineId },
): Promise<Result<PipelineId>> {
  const before = await ports.pipelines.byId(pipelineId);
  if (!before) return refused('notFound', 'There is no such pipeline.');
  const refusal = refusalOf(
    await validatePipeline(ports, { actor, projectId: before.projectId, input, before, ...(jobs && { jobs }) }),
    input.definition,
  );
  if (refusal) return refusal;
  const replaced = await ports.pipelines.replace(pipelineId, input.version ?? before.version, {
    definition: input.definition,
    nameKey: nameKeyOf(input.definition.name),
    secrets: sealedSecrets(ports.secrets, { pipelineId, definition: input.definition, given: input.secrets, before: before.secrets }),
    resetAutoIncrement: resetNames(before, input.definition),
    changedAt: ports.clock.now(),
    changedBy: actor.userId,
  });
  if (replaced === 'nameTaken') return nameTaken(input.definition.name);
  if (replaced === 'versionConflict')
    return refused('versionConflict', 'Somebody else saved the pipeline meanwhile: load it again, then make your change once more.');
  ports.signals.publish({ type: 'pipelineChanged', projectId: before.projectId, pipelineId });
  return ok(pipelineId);
}

/** P5: a value that was typed again in the editor counts from there; one that was left alone continues counting. */
function resetNames(before: PipelineRecord, after: PipelineDefinition): readonly string[] {
  const valueIn = (definition: PipelineDefinition, name: string): string | undefined => {
    const parameter = definition.parameters.find((candidate) => candidate.name === name);
    return parameter?.type === 'autoIncrement' ? parameter.value : undefined;
  };
  return Object.keys(before.autoIncrement).filter((name) => valueIn(before.definition, name) !== valueIn(after, name));
}
