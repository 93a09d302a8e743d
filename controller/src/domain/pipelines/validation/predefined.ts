import { aliasSuffixes, predefinedParameters, type PipelineDefinition } from '@drover/protocol/definition';

export const reservedNames: ReadonlySet<string> = new Set([...predefinedParameters, 'CI']);

/** P9: the parameters that a pipeline has without making them, those of its aliases included. */
export function predefinedNames(definition: Pick<PipelineDefinition, 'sources'>): readonly string[] {
  const aliases = definition.sources.flatMap(({ alias }) => (alias === undefined ? [] : [alias]));
  return [...predefinedParameters, ...aliases.flatMap((alias) => aliasSuffixes.map((suffix) => `${alias}_${suffix}`))];
}
