import type { PipelineId } from '@drover/protocol';
import type { SecretValues } from '@drover/protocol/api';
import type { PipelineDefinition } from '@drover/protocol/definition';
import type { Static } from '@sinclair/typebox';
import { secretNames } from '../../domain/attempts/secret-fields.js';
import type { Ciphertext, PipelineRecord } from '../../domain/pipelines/pipeline.js';
import type { FieldFault } from '../../domain/pipelines/validation/fault.js';
import { secretContext, type SecretBox } from '../ports/definitions.js';

type Given = Static<typeof SecretValues> | undefined;
type Sealed = Readonly<Record<string, Ciphertext>>;

/** Values are given for secret parameters only. */
export function secretFaults(definition: PipelineDefinition, given: Given): readonly FieldFault[] {
  const names = secretNames(definition);
  return Object.keys(given ?? {})
    .filter((name) => !names.has(name))
    .map((name) => ({ path: `/secrets/${name}`, message: `“${name}” is no secret parameter of the pipeline` }));
}

/** The secrets of a pipeline after a save: given ones sealed, nulls gone, others as before; those of parameters that are gone are gone, too. */
export function sealedSecrets(
  box: SecretBox,
  about: { readonly pipelineId: PipelineId; readonly definition: PipelineDefinition; readonly given: Given; readonly before: Sealed },
): Sealed {
  const { pipelineId, definition, given = {}, before } = about;
  const after: Record<string, Ciphertext> = {};
  for (const name of secretNames(definition)) {
    const value = Object.hasOwn(given, name) ? given[name] : undefined;
    if (typeof value === 'string') after[name] = box.seal(value, secretContext.pipelineParameter(pipelineId, name));
    else if (value === undefined && before[name] !== undefined) after[name] = before[name];
  }
  return after;
}

/** C3: the secrets of one pipeline sealed again for another. One that cannot be opened is left out. */
export function copiedSecrets(box: SecretBox, from: PipelineRecord, to: PipelineId): Sealed {
  const copies: Record<string, Ciphertext> = {};
  for (const [name, sealed] of Object.entries(from.secrets)) {
    const plain = box.open(sealed, secretContext.pipelineParameter(from._id, name));
    if (plain !== undefined) copies[name] = box.seal(plain, secretContext.pipelineParameter(to, name));
  }
  return copies;
}
