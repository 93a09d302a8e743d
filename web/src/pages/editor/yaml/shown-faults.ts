import type { TFunction } from 'i18next';
import type { Problem } from '../../../editor/check.js';
import { unknownFields, type Schema } from '../../../editor/schema.js';
import { mostFaults, pathOf, rangeOf, type ReadYaml } from '../../../editor/yaml/yaml-text.js';
import { sayProblem } from '../fields/problem-text.js';
import type { ShownFault } from './code-editor.js';

interface FaultParts {
  readonly t: TFunction;
  readonly read: ReadYaml;
  readonly problems: readonly Problem[];
  readonly schema: Schema | undefined;
}

/** What is wrong with the text, at its place: why it can't be read, else the draft's problems and fields that the schema does not know. */
export function shownFaults({ t, read, problems, schema }: FaultParts): readonly ShownFault[] {
  if (!read.ok)
    return read.faults.map((fault) => ({
      from: fault.from,
      to: fault.to,
      message: 'facts' in fault ? t(`yaml.${fault.code}`, fault.facts) : t(`problems.${fault.code}`, { name: fault.name }),
    }));
  const unknown = schema === undefined ? [] : unknownFields(schema, read.value).slice(0, mostFaults);
  return [
    ...problems
      .slice(0, mostFaults)
      .map((problem) => ({ ...rangeOf(read.document, pathOf(problem.path)), message: sayProblem(t, problem) })),
    ...unknown.map((path) => ({
      ...rangeOf(read.document, path),
      message: t('problems.unknownField', { name: String(path.at(-1)) }),
    })),
  ];
}
