import i18next from 'i18next';

/** A sentence of the controller or an agent with gaps, and what it is in the page's language. */
interface Known {
  readonly parts: readonly string[];
  readonly names: readonly string[];
  readonly said: string;
}

let known: readonly Known[] = [];
const gap = /\{([a-z])\}/g;

const isEnglish = (): boolean => i18next.language !== 'zh-CN';

/** What Chinese has for sentences that come in English. `{a}` to `{d}` are facts, `{s}` is a known sentence, `{q}` another one or words to quote. */
export function learnSentences(sentences: Readonly<Record<string, string>>): void {
  known = Object.entries(sentences).map(([english, said]) => ({
    parts: english.split(/\{[a-z]\}/),
    names: [...english.matchAll(gap)].map(([, name]) => name ?? ''),
    said,
  }));
}

const deepest = 5;

/** The sentence in the page's language, where that has it. Takes time in proportion to the text's length. */
export function knownSentence(text: string, depth = 0): string | undefined {
  if (isEnglish()) return text;
  if (depth > deepest) return undefined;
  for (const sentence of known) {
    const facts = factsIn(text, sentence.parts);
    const words = facts && filled(sentence, facts, depth);
    if (words !== undefined) return words;
  }
  return undefined;
}

/** The sentence in the page's language; words that it does not have, such as a program's, in quotes. */
export const sentenceOrQuote = (text: string, depth = 0): string =>
  knownSentence(text, depth) ?? listed(text, depth) ?? (text.trim() === '' ? text : `“${text.trim()}”`);

/** Several sentences in one. */
function listed(text: string, depth: number): string | undefined {
  const said = text.split('; ').map((part) => knownSentence(part, depth + 1));
  return said.length > 1 && said.every((one) => one !== undefined) ? said.join('；') : undefined;
}

function filled({ names, said }: Known, facts: readonly string[], depth: number): string | undefined {
  const values = new Map<string, string>();
  for (const [index, name] of names.entries()) {
    const fact = facts[index] ?? '';
    const value = name === 's' ? knownSentence(fact, depth + 1) : name === 'q' ? sentenceOrQuote(fact, depth + 1) : fact;
    if (value === undefined) return undefined;
    values.set(name, value);
  }
  return said.replace(gap, (whole, name: string) => values.get(name) ?? whole);
}

/** What stands in the gaps between the parts; undefined where the text is another sentence. */
function factsIn(text: string, parts: readonly string[]): readonly string[] | undefined {
  const [first = '', ...rest] = parts;
  if (!text.startsWith(first)) return undefined;
  if (rest.length === 0) return text === first ? [] : undefined;
  const facts: string[] = [];
  let from = first.length;
  for (const [index, part] of rest.entries()) {
    const at = index === rest.length - 1 ? text.length - part.length : text.indexOf(part, from);
    if (at <= from || !text.startsWith(part, at)) return undefined;
    facts.push(text.slice(from, at));
    from = at + part.length;
  }
  return facts;
}
