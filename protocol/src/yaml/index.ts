import type { Document } from 'yaml';
import { compose } from './document.js';
import type { YamlFault } from './faults.js';
import { build } from './value.js';

export { maxLength as maxYamlLength } from './document.js';
export type { YamlFault, YamlFaultCode } from './faults.js';

export interface YamlPosition {
  /** Both from 1. */
  readonly line: number;
  readonly column: number;
}

export type YamlReading = { readonly positionOf: (offset: number) => YamlPosition } & (
  | { readonly ok: true; readonly value: unknown; readonly document: Document.Parsed }
  | { readonly ok: false; readonly faults: readonly YamlFault[] }
);

/**
 * Reads a text as YAML 1.2 with its core types, in time and memory linear in its size: one document, unique keys, no merge keys,
 * anchors with bounds. `value` lacks the mapping's keys that begin with `x-`: they may hold anchors, and mean nothing by themselves.
 */
export function readYaml(text: string): YamlReading {
  const composed = compose(text);
  const positionOf = (offset: number): YamlPosition => {
    const { line, col } = composed.lines.linePos(offset);
    return { line, column: col };
  };
  if ('faults' in composed) return { ok: false, faults: composed.faults, positionOf };
  const { document } = composed;
  const built = build(document.contents);
  if (!built.ok) return { ok: false, faults: [built.fault], positionOf };
  return { ok: true, document, value: withoutExtensions(built.value), positionOf };
}

/** Top-level keys that hold nothing but anchors. */
const isExtension = (name: string): boolean => name.startsWith('x-');

function withoutExtensions(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => !isExtension(name)));
}
