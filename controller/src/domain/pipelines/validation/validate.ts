import type { PipelineDefinition } from '@drover/protocol/definition';
import { contextOf, type Surroundings } from './context.js';
import { maxFaults, type FieldFault } from './fault.js';
import { parameterFaults } from './parameters.js';
import { sourceFaults } from './sources.js';
import { stageFaults } from './stages.js';

/** W8: everything that is wrong with a definition beyond its schema. `base` is the JSON pointer of the definition in what came in. */
export function definitionFaults(definition: PipelineDefinition, surroundings: Surroundings, base: string): readonly FieldFault[] {
  const context = contextOf(definition, surroundings);
  const faults = [...sourceFaults(context), ...parameterFaults(context), ...stageFaults(context)];
  return faults.slice(0, maxFaults).map(({ path, message }) => ({ path: base + path, message }));
}
