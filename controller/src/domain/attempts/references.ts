/** P7: `${name}`, and `$${name}` for a literal one. */
const reference = /\$(\$?)\{([^{}]*)\}/g;

/** Names that a text refers to, in order, each as often as it stands there. */
export function referencesIn(text: string): string[] {
  return [...text.matchAll(reference)].filter((match) => match[1] === '').map((match) => match[2] ?? '');
}

export type Substituted = { readonly ok: true; readonly text: string } | { readonly ok: false; readonly reference: string };

/** Puts values in for references, in one pass: what a value brings in is not looked at again. The first unknown name is the answer instead. */
export function substitute(text: string, valueOf: (name: string) => string | undefined): Substituted {
  let unknown: string | undefined;
  const result = text.replace(reference, (_whole, literal: string, name: string) => {
    if (literal !== '') return `\${${name}}`;
    const value = valueOf(name);
    if (value === undefined) unknown ??= name;
    return value ?? '';
  });
  return unknown === undefined ? { ok: true, text: result } : { ok: false, reference: unknown };
}
