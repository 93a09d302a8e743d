/** P7: the names that `${name}` references in a text; `$${name}` is a literal. */
export function referencesIn(text: string): readonly string[] {
  return [...text.matchAll(/\$(\$?)\{([^{}]*)\}/g)].filter(([, literal]) => literal === '').map(([, , name]) => name ?? '');
}

/** A name has at most 64 characters; a longer text before the caret is none. */
const longestLookBehind = 100;

/** What is being completed at the caret: the text typed after `$` or `${`. Undefined where there is nothing to complete. */
export function completionAt(text: string, caret: number): { readonly from: number; readonly typed: string } | undefined {
  const found = /(\$+)(\{?)([A-Za-z0-9_.]*)$/.exec(text.slice(Math.max(0, caret - longestLookBehind), caret));
  if (found === null) return undefined;
  const [whole, dollars = '', , typed = ''] = found;
  if (dollars.length % 2 === 0) return undefined;
  return { from: caret - whole.length + dollars.length - 1, typed };
}

/** The text with the reference put in, and where the caret stands then. */
export function insertReference(text: string, caret: number, name: string): { readonly text: string; readonly caret: number } {
  const at = completionAt(text, caret);
  const from = at?.from ?? caret;
  const rest = text.slice(caret).replace(/^\}/, '');
  const reference = `\${${name}}`;
  return { text: text.slice(0, from) + reference + rest, caret: from + reference.length };
}

/** Longest name of a parameter. */
const longestName = 64;

/** The known name closest to an unknown one, if it is close enough to be meant. */
export function closest(name: string, known: readonly string[]): string | undefined {
  if (name.length > longestName) return undefined;
  const ranked = known
    .map((one) => ({ one, distance: distance(name.toLowerCase(), one.toLowerCase()) }))
    .sort((a, b) => a.distance - b.distance);
  const [best] = ranked;
  return best !== undefined && best.distance <= Math.max(1, Math.floor(name.length / 3)) ? best.one : undefined;
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
