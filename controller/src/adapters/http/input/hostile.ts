import type { FieldFault } from '../../../services/result.js';

/** Deeper than any document of the product; shallow enough for every recursive reader behind. */
const maxDepth = 64;
const forbiddenNames: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);
export const pointerPart = (name: string): string => name.slice(0, 80).replaceAll('~', '~0').replaceAll('/', '~1');

/** How deep the brackets of a JSON text nest, without parsing it. */
export function isTooDeep(text: string): boolean {
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === 0x5c) index += 1;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x7b || code === 0x5b) {
      depth += 1;
      if (depth > maxDepth) return true;
    } else if (code === 0x7d || code === 0x5d) depth -= 1;
  }
  return false;
}

/** The first thing in a parsed document that no field of the product may hold: the character NUL, or a name that means something to JavaScript itself. */
export function hostilePart(value: unknown, path = ''): FieldFault | undefined {
  if (typeof value === 'string') return value.includes('\0') ? { path, message: 'must not contain the character NUL' } : undefined;
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [name, part] of Object.entries(value)) {
    const place = `${path}/${pointerPart(name.replaceAll('\0', '?'))}`;
    if (!Array.isArray(value) && (forbiddenNames.has(name) || name.includes('\0')))
      return { path: place, message: 'is not a name that a field may have' };
    const fault = hostilePart(part, place);
    if (fault) return fault;
  }
  return undefined;
}
