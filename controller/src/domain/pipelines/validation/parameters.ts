import { aliasSuffixes } from '@drover/protocol/definition';
import type { Context } from './context.js';
import { valuesFaults } from './enum-values.js';
import type { FieldFault } from './fault.js';
import { reservedNames } from './predefined.js';

/** P1, P4: names unique, neither predefined nor made by an alias, whichever came first; enums well-formed. */
export function parameterFaults({ definition }: Context): readonly FieldFault[] {
  const madeByAlias = aliasNames(definition.sources);
  const seen = new Set<string>();
  return definition.parameters.flatMap((parameter, index) => {
    const place = `/parameters/${index}`;
    const fault = nameFault(parameter.name, { seen, madeByAlias });
    seen.add(parameter.name);
    return [
      ...(fault === undefined ? [] : [{ path: `${place}/name`, message: fault }]),
      ...(parameter.type === 'enum' ? valuesFaults(parameter, place) : []),
    ];
  });
}

function nameFault(
  name: string,
  { seen, madeByAlias }: { seen: ReadonlySet<string>; madeByAlias: ReadonlyMap<string, string> },
): string | undefined {
  if (seen.has(name)) return `“${name}” is the name of another parameter already`;
  if (reservedNames.has(name)) return `“${name}” is predefined and cannot be made`;
  const alias = madeByAlias.get(name);
  return alias === undefined ? undefined : `“${name}” is made by the source’s alias “${alias}”`;
}

function aliasNames(sources: Context['definition']['sources']): ReadonlyMap<string, string> {
  return new Map(
    sources.flatMap(({ alias }) => (alias === undefined ? [] : aliasSuffixes.map((suffix) => [`${alias}_${suffix}`, alias] as const))),
  );
}
