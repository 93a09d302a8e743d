import { faultSentence, parse } from '@drover/protocol';
import { PipelineFile } from '@drover/protocol/definition';
import { readYaml, type YamlReading } from '@drover/protocol/yaml';
import { isCollection, isNode, isPair, type Document, type ParsedNode } from 'yaml';
import { ok, refused, type FieldFault, type Result } from '../../services/result.js';

/** C5: a text as `drover.yaml`, every fault with its line and column. Linear in the size of the text, yet slow for a large one: see `file-reader.ts`. */
export function readFile(text: string): Result<PipelineFile> {
  const reading = readYaml(text);
  const place = placeIn(reading);
  if (!reading.ok) return invalid(reading.faults.map(({ from, message }) => ({ path: '/yaml', message: `${place(from)}: ${message}` })));
  const parsed = parse(PipelineFile, reading.value);
  if (parsed.ok) return ok(parsed.value);
  return invalid(
    parsed.faults.map(({ path, message }) => ({
      path,
      message: `${place(offsetOf(reading.document, path))}: ${path === '' ? `the file ${message}` : faultSentence({ path, message })}`,
    })),
  );
}

const placeIn =
  ({ positionOf }: YamlReading) =>
  (offset: number): string => {
    const { line, column } = positionOf(offset);
    return `line ${line}, column ${column}`;
  };

const invalid = (errors: readonly FieldFault[]) =>
  refused('definitionInvalid', `The file is not valid: ${errors[0]?.message ?? ''}.`, { errors });

/** Where in the text the value at a JSON pointer begins; of a missing one, where its surroundings begin. */
function offsetOf(document: Document.Parsed, pointer: string): number {
  let node: ParsedNode | null | undefined = document.contents;
  let offset = node?.range?.[0] ?? 0;
  for (const part of pointer
    .split('/')
    .slice(1)
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'))) {
    if (!isCollection(node)) return offset;
    const item: unknown = node.items.find((candidate, index) =>
      isPair(candidate) ? isNode(candidate.key) && String(candidate.key) === part : String(index) === part,
    );
    const next = isPair(item) ? item.value : item;
    if (!isNode(next)) return isPair(item) && isNode(item.key) ? (item.key.range?.[0] ?? offset) : offset;
    node = next as ParsedNode;
    offset = node.range?.[0] ?? offset;
  }
  return offset;
}
