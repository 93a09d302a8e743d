import { isMap, isNode, isSeq, parseDocument, stringify, type Document } from 'yaml';
import type { PipelineDefinition } from '../definition.js';

/** A fault in the text: where, and what. */
export type TextFault = { readonly from: number; readonly to: number } & (
  | { readonly message: string }
  | { readonly code: 'mappingNeeded' | 'listNeeded' | 'fieldNeeded'; readonly name: string }
);

/** The pipeline as `drover.yaml` has it, without its jobs. */
export const toYaml = (definition: PipelineDefinition): string => stringify({ drover: 1, pipeline: definition }, { lineWidth: 0 });

export type ReadYaml =
  | { readonly ok: true; readonly definition: PipelineDefinition; readonly document: Document }
  | { readonly ok: false; readonly faults: readonly TextFault[]; readonly document: Document };

/** Reads the text back. Only its shape is checked here, as far as the form needs it; the rest is for the checks of a definition. */
export function fromYaml(text: string): ReadYaml {
  const document = parseDocument(text, { prettyErrors: false });
  if (document.errors.length > 0)
    return {
      ok: false,
      document,
      faults: document.errors.map(({ pos, message }) => ({ from: pos[0], to: Math.max(pos[1], pos[0] + 1), message })),
    };
  const faults = shapeFaults(document);
  if (faults.length > 0) return { ok: false, document, faults };
  const { pipeline } = document.toJS() as { readonly pipeline: Partial<PipelineDefinition> };
  return {
    ok: true,
    document,
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
function shapeFaults(document: Document): readonly TextFault[] {
  if (!isMap(document.getIn(['pipeline'], true))) return [{ from: 0, to: 1, code: 'mappingNeeded', name: 'pipeline' }];
  const faults: TextFault[] = [];
  const list = (path: readonly (string | number)[]): void => {
    const node = document.getIn(path, true);
    if (node !== undefined && !isSeq(node)) faults.push({ ...rangeOf(document, path), code: 'listNeeded', name: String(path.at(-1)) });
    else if (isSeq(node))
      node.items.forEach((item, index) => {
        if (!isMap(item))
          faults.push({ ...rangeOf(document, [...path, index]), code: 'mappingNeeded', name: `${String(path.at(-1))}[${index}]` });
      });
  };
  for (const part of ['sources', 'parameters', 'stages']) list(['pipeline', part]);
  const stages = document.getIn(['pipeline', 'stages'], true);
  if (isSeq(stages))
    stages.items.forEach((stage, index) => {
      if (isMap(stage)) list(['pipeline', 'stages', index, 'tasks']);
    });
  return [...faults, ...missingTexts(document)];
}

/** Texts that the form reads without asking. */
const texts: Readonly<Record<string, readonly string[]>> = {
  sources: ['url', 'defaultBranch'],
  parameters: ['name', 'type'],
  stages: ['key', 'name', 'mode'],
};

function missingTexts(document: Document): readonly TextFault[] {
  const faults: TextFault[] = [];
  const need = (path: readonly (string | number)[], names: readonly string[]): void => {
    const node = document.getIn(path, true);
    if (!isSeq(node)) return;
    node.items.forEach((item, index) => {
      for (const name of names)
        if (isMap(item) && typeof item.get(name) !== 'string')
          faults.push({ ...rangeOf(document, [...path, index]), code: 'fieldNeeded', name });
    });
  };
  for (const [part, names] of Object.entries(texts)) need(['pipeline', part], names);
  const stages = document.getIn(['pipeline', 'stages'], true);
  if (isSeq(stages))
    stages.items.forEach((stage, index) => {
      if (isMap(stage) && !isSeq(stage.get('tasks')))
        faults.push({ ...rangeOf(document, ['pipeline', 'stages', index]), code: 'listNeeded', name: 'tasks' });
      need(['pipeline', 'stages', index, 'tasks'], ['key', 'name', 'type', 'job']);
    });
  const parameters = document.getIn(['pipeline', 'parameters'], true);
  if (isSeq(parameters))
    parameters.items.forEach((item, index) => {
      if (isMap(item) && item.get('type') === 'enum' && !isSeq(item.get('values')))
        faults.push({ ...rangeOf(document, ['pipeline', 'parameters', index]), code: 'listNeeded', name: 'values' });
    });
  return faults;
}

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
