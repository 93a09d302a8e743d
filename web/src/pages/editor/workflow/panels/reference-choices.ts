import { knownNames } from '../../../../editor/check.js';
import type { PipelineDefinition } from '../../../../editor/definition.js';
import type { ReferenceChoice } from '../../fields/reference-list.js';

/** What `$` offers in this pipeline. */
export const referenceChoices = (definition: PipelineDefinition): readonly ReferenceChoice[] => {
  const own = new Map(definition.parameters.map((parameter) => [parameter.name, parameter]));
  return knownNames(definition).map((name) => {
    const parameter = own.get(name);
    if (parameter === undefined) return { name, kind: 'predefined' };
    return parameter.type === 'secret' ? { name, kind: 'secret' } : { name, kind: 'parameter', value: parameter.value };
  });
};
