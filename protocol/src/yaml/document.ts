import { Composer, Lexer, LineCounter, Parser, type CST, type Document } from 'yaml';
import { yamlFault, type YamlFault } from './faults.js';

/** Levels of lists and mappings. Readers recurse: a text that nests without end would exhaust the stack. */
export const maxDepth = 40;
/** Values of one text, those that aliases repeat included. */
export const maxValues = 100_000;
/** Length of a text. */
export const maxLength = 1_000_000;
/** A text in flow style has a comma or a bracket beside each value. */
const maxTokens = 2 * maxValues;
/** Faults that are reported of one text. */
const maxFaults = 100;

export type Composed =
  | { readonly document: Document.Parsed; readonly lines: LineCounter }
  | { readonly faults: readonly YamlFault[]; readonly lines: LineCounter };

/** Keys are compared by the reader of values, in linear time; the package would compare each with each. */
const options = {
  schema: 'core',
  version: '1.2',
  uniqueKeys: false,
  strict: true,
  merge: false,
  prettyErrors: false,
  stringKeys: true,
} as const;

/** The syntax tree of a text with a single document. Depth and size are checked while the text is scanned, before anything recurses. */
export function compose(text: string): Composed {
  const lines = new LineCounter();
  if (text.length > maxLength) return { faults: [yamlFault('tooLong', { from: maxLength, to: text.length }, { most: maxLength })], lines };
  const excess: YamlFault[] = [];
  const composer = new Composer(options);
  const documents: Document.Parsed[] = [];
  for (const document of composer.compose(tokensOf(text, lines, excess), true, text.length)) {
    documents.push(document);
    if (documents.length > 1) break;
  }
  if (excess.length > 0) return { faults: excess, lines };
  const [document, second] = documents;
  if (document === undefined) return { faults: [yamlFault('empty', { from: 0, to: 1 })], lines };
  if (second !== undefined) return { faults: [yamlFault('documents', { from: document.range[2], to: document.range[2] + 3 })], lines };
  const faults = [...document.errors, ...document.warnings]
    .slice(0, maxFaults)
    .map(({ pos: [from, to], message }) => yamlFault('syntax', { from, to: Math.max(to, from + 1) }, { message }));
  return faults.length > 0 ? { faults, lines } : { document, lines };
}

/** Tokens of the text; ends early, with a fault, where a bound is passed. */
function* tokensOf(text: string, lines: LineCounter, excess: YamlFault[]): Generator<CST.Token, void> {
  const parser = new Parser(lines.addNewLine);
  lines.addNewLine(0);
  let tokens = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (!isBlank.has(lexeme[0] ?? '')) tokens += 1;
    const { offset, stack } = parser;
    if (tokens > maxTokens) excess.push(yamlFault('tooMany', { from: offset, to: offset + 1 }, { most: maxValues }));
    if (stack.length > maxDepth + 1) excess.push(yamlFault('tooDeep', { from: offset, to: offset + 1 }, { most: maxDepth }));
    if (excess.length > 0) return;
    yield* parser.next(lexeme);
  }
  yield* parser.end();
}

/** First characters of lexemes that make no value: white space, comments, indicators of block style, the scanner's own marks. */
const isBlank: ReadonlySet<string> = new Set(['', ' ', '\t', '\n', '\r', '#', ':', '-', '\u0002', '\u001f', '\ufeff']);
