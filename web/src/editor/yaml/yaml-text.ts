import { readYaml, type YamlFault } from '@drover/protocol/yaml';
import { isNode, stringify, type Document } from 'yaml';
import type { PipelineDefinition } from '../definition.js';

/** A fault in the text: where, and what. */
export type TextFault =
  | YamlFault
  | { readonly from: number; readonly to: number; readonly code: 'mappingNeeded' | 'listNeeded' | 'fieldNeeded'; readonly name: string };

/** Faults that are shown of one text. */
export const mostFaults = 100;

/** The pipeline as `drover.yaml` has it, without its jobs. */
export const toYaml = (definition: PipelineDefinition): string => stringify({ drover: 1, pipeline: definition }, { lineWidth: 0 });

export type ReadYaml =
  | { readonly ok: true; readonly definition: PipelineDefinition; readonly document: Document; readonly value: unknown }
  | { readonly ok: false; readonly faults: readonly TextFault[] };

let last: { readonly text: string; readonly read: ReadYaml } | undefined;

/** Reads the text back. Only its shape is checked here, as far as the form needs it; the rest is for the checks of a definition. The last text is remembered. */
export function fromYaml(text: string): ReadYaml {
  if (last?.text !== text) last = { text, read: readText(text) };
  return last.read;
}

function readText(text: string): ReadYaml {
  const reading = readYaml(text);
  if (!reading.ok) return { ok: false, faults: reading.faults };
  const { document, value } = reading;
  const faults = shapeFaults(document, value);
  if (faults.length > 0) return { ok: false, faults: faults.slice(0, mostFaults) };
  const { pipeline } = value as { readonly pipeline: Partial<PipelineDefinition> };
  return {
    ok: true,
    document,
    value,
    definition: {
      ...pipeline,
      name: String(pipeline.name ?? ''),
      sources: pipeline.sources ?? [],
      parameters: pipeline.parameters ?? [],
      stages: pipeline.stages ?? [],
    },
  };
}

/** Without these the form could not show the draft at all. */
function shapeFaults(document: Document, value: unknown): readonly TextFault[] {
  const pipeline = isMapping(value) ? value['pipeline'] : undefined;
  if (!isMapping(pipeline)) return [{ from: 0, to: 1, code: 'mappingNeeded', name: 'pipeline' }];
  const faults: TextFault[] = [];
  for (const { path, code, name } of missing(pipeline)) {
    if (faults.length === mostFaults) break;
    faults.push({ ...rangeOf(document, ['pipeline', ...path]), code, name });
  }
  return faults;
}

type Values = Readonly<Record<string, unknown>>;
type Path = readonly (string | number)[];
interface Missing {
  readonly path: Path;
  readonly code: 'mappingNeeded' | 'listNeeded' | 'fieldNeeded';
  readonly name: string;
}

const isMapping = (value: unknown): value is Values => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Texts that the form reads without asking. */
const texts: Readonly<Record<string, readonly string[]>> = {
  sources: ['url', 'defaultBranch'],
  parameters: ['name', 'type'],
  stages: ['key', 'name', 'mode'],
};

function* missing(pipeline: Values): Generator<Missing> {
  for (const [part, names] of Object.entries(texts)) yield* missingIn(pipeline[part], [part], names);
  for (const [index, stage] of mappingsOf(pipeline['stages'])) {
    const path = ['stages', index];
    if (!Array.isArray(stage['tasks'])) yield { path, code: 'listNeeded', name: 'tasks' };
    else yield* missingIn(stage['tasks'], [...path, 'tasks'], ['key', 'name', 'type', 'job']);
  }
  for (const [index, { type, values }] of mappingsOf(pipeline['parameters']))
    if (type === 'enum' && !Array.isArray(values)) yield { path: ['parameters', index], code: 'listNeeded', name: 'values' };
}

/** A list of mappings with these texts; it may be absent. */
function* missingIn(list: unknown, path: Path, names: readonly string[]): Generator<Missing> {
  const last = String(path.at(-1));
  if (list === undefined) return;
  if (!Array.isArray(list)) {
    yield { path, code: 'listNeeded', name: last };
    return;
  }
  for (const [index, item] of (list as readonly unknown[]).entries()) {
    const at = [...path, index];
    if (!isMapping(item)) yield { path: at, code: 'mappingNeeded', name: `${last}[${index}]` };
    else for (const name of names) if (typeof item[name] !== 'string') yield { path: at, code: 'fieldNeeded', name };
  }
}

const mappingsOf = (list: unknown): readonly (readonly [number, Values])[] =>
  Array.isArray(list) ? list.flatMap((item: unknown, index) => (isMapping(item) ? [[index, item] as const] : [])) : [];

/** Where a place of the document stands in the text; the nearest part around it that is there. */
export function rangeOf(document: Document, path: readonly (string | number)[]): { readonly from: number; readonly to: number } {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    if (isNode(node) && node.range !== null && node.range !== undefined)
      return { from: node.range[0], to: Math.max(node.range[1], node.range[0] + 1) };
  }
  return { from: 0, to: 1 };
}

/** The path of a JSON pointer into the definition, as the document has it. */
export const pathOf = (pointer: string): readonly (string | number)[] => [
  'pipeline',
  ...pointer
    .split('/')
    .slice(1)
    .map((part) => (/^\d+$/.test(part) ? Number(part) : part.replaceAll('~1', '/').replaceAll('~0', '~'))),
];
