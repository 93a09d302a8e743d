import { parse } from '@drover/protocol';
import { PipelineFile } from '@drover/protocol/definition';
import { isAlias, isCollection, isNode, isPair, LineCounter, parseDocument, stringify, visit, type Document, type ParsedNode } from 'yaml';
import type { PipelineFiles } from '../../services/ports/pipeline-files.js';
import { ok, refused, type FieldFault, type Result } from '../../services/result.js';

/** Anchors may be used, but not to make a small text enormous. */
const maxAliases = 100;
const maxDepth = 40;
const maxNodes = 100_000;

/** C5: `drover.yaml` by the `yaml` package: YAML 1.2's core types only, every fault with its line and column. */
export const yamlPipelineFiles: PipelineFiles = {
  read(text) {
    const lines = new LineCounter();
    const document = parseDocument(text, {
      schema: 'core',
      version: '1.2',
      lineCounter: lines,
      uniqueKeys: true,
      strict: true,
      merge: false,
      prettyErrors: false,
      stringKeys: true,
    });
    const place = (offset: number): string => {
      const { line, col } = lines.linePos(offset);
      return `line ${line}, column ${col}`;
    };
    const [fault] = [...document.errors, ...document.warnings];
    if (fault) return invalid([{ path: '/yaml', message: `${place(fault.pos[0])}: ${fault.message}` }]);
    const shape = shapeFault(document, place);
    if (shape) return invalid([shape]);
    return checked(document, place);
  },
  write: (file) =>
    stringify(file, {
      schema: 'core',
      version: '1.2',
      lineWidth: 0,
      aliasDuplicateObjects: false,
      defaultStringType: 'PLAIN',
      blockQuote: 'literal',
    }),
};

const invalid = (errors: readonly FieldFault[]) =>
  refused('definitionInvalid', `The file is not valid: ${errors[0]?.message ?? ''}.`, { errors });

/** Tags, depth, number of nodes and aliases: looked at before anything is built. */
function shapeFault(document: Document.Parsed, place: (offset: number) => string): FieldFault | undefined {
  let nodes = 0;
  let aliases = 0;
  let fault: FieldFault | undefined;
  const at = (node: { range?: readonly number[] | null | undefined }, message: string): symbol => {
    fault = { path: '/yaml', message: `${place(node.range?.[0] ?? 0)}: ${message}` };
    return visit.BREAK;
  };
  visit(document, (_key, node, path) => {
    if (!isNode(node)) return undefined;
    nodes += 1;
    if (nodes > maxNodes) return at(node, `more than ${maxNodes} values`);
    if (path.filter((part) => isCollection(part)).length > maxDepth) return at(node, `nested deeper than ${maxDepth} levels`);
    if (isAlias(node)) {
      aliases += 1;
      return aliases > maxAliases ? at(node, `more than ${maxAliases} aliases`) : undefined;
    }
    if (node.tag !== undefined && !node.tag.startsWith('tag:yaml.org,2002:')) return at(node, `the tag ${node.tag} is not known`);
    return undefined;
  });
  return fault;
}

function checked(document: Document.Parsed, place: (offset: number) => string): Result<PipelineFile> {
  let value: unknown;
  try {
    value = document.toJS({ maxAliasCount: maxAliases });
  } catch (error) {
    return invalid([{ path: '/yaml', message: error instanceof Error ? error.message : 'unreadable' }]);
  }
  const parsed = parse(PipelineFile, value);
  if (parsed.ok) return ok(parsed.value);
  return invalid(
    parsed.faults.map(({ path, message }) => ({
      path,
      message: `${place(offsetOf(document, path))}: ${path === '' ? 'the file' : path} ${message}`,
    })),
  );
}

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
