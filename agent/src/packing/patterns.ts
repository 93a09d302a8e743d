import picomatch from 'picomatch';

/** One part of a pattern, between two `/`. */
interface Part {
  /** Set where the part means exactly one name. */
  readonly literal?: string;
  matches(name: string): boolean;
  /** As `matches`, as if names that begin with a dot were like others. */
  matchesHidden(name: string): boolean;
}

export interface Pattern {
  readonly parts: readonly (Part | typeof anyFolders)[];
  /** A folder is meant as a whole unless `**` asks for the files in it. */
  readonly takesFolders: boolean;
}

/** A pattern of which the first `at` parts are behind. */
export interface Front {
  readonly pattern: Pattern;
  readonly at: number;
}

/** What a name in a folder is to the patterns that lead into the folder. */
export interface Found {
  /** Patterns that are complete with this name. */
  readonly done: readonly Pattern[];
  /** Patterns that continue below it, if it is a folder. */
  readonly inside: readonly Front[];
}

const anyFolders = '**';

/** What a part of a pattern may hold: with more, one name of a file could occupy the agent's only thread for minutes. */
const most = { stars: 3, braces: 5, allBraces: 20, globstars: 3, letters: 4_000 } as const;
/** What the alternatives of one pattern may come to. */
const mostAlternatives = 256;

/** What makes a pattern useless or dangerous, as a sentence. */
export function faultOf(pattern: string): string | undefined {
  if (pattern.length > most.letters)
    return `the pattern ${JSON.stringify(pattern.slice(0, 80))}… is longer than ${most.letters} characters`;
  const said = JSON.stringify(pattern);
  if (pattern === '' || pattern.includes('\0')) return `the pattern ${said} is empty or holds a zero byte`;
  if (pattern.startsWith('/') || /^[A-Za-z]:[\\/]/.test(pattern)) return `the pattern ${said} is absolute: patterns begin at the workspace`;
  const outwards = `the pattern ${said} leads out of the workspace`;
  if (pattern.split(/[\\/{},()|]/).includes('..')) return outwards;
  const costly = costFault(pattern);
  if (costly !== undefined) return costly;
  const plain = alternativesOf(pattern, mostAlternatives);
  if (plain.length > mostAlternatives) return `the pattern ${said} has more than ${mostAlternatives} alternatives`;
  const parts = plain.map(partsOf);
  if (parts.some((names) => names.map(unescaped).includes('..'))) return outwards;
  return parts.some((names) => names.length === 0) ? `the pattern ${said} means the whole workspace: name what lies in it` : undefined;
}

function costFault(pattern: string): string | undefined {
  const said = JSON.stringify(pattern);
  const parts = pattern.split('/');
  if (parts.filter((part) => part === anyFolders).length > most.globstars)
    return `the pattern ${said} has more than ${most.globstars} parts “**”`;
  // each alternative of a pattern is searched for further braces to its end
  if ((pattern.match(/\{/g) ?? []).length > most.allBraces) return `the pattern ${said} has more than ${most.allBraces} braces`;
  for (const part of parts.filter((one) => one !== anyFolders)) {
    if ((part.match(/\*+/g) ?? []).length > most.stars) return `the pattern ${said} has more than ${most.stars} stars in one part`;
    if ((part.match(/\{/g) ?? []).length > most.braces) return `the pattern ${said} has more than ${most.braces} braces in one part`;
  }
  return undefined;
}

/** A pattern without fault, ready to be followed from folder to folder. */
export const compile = (pattern: string): readonly Pattern[] =>
  alternativesOf(pattern, mostAlternatives).map((plain) => {
    const names = partsOf(plain);
    // behind the last `/` of `out/**` stands some name: a file `out` is not meant
    const parts = [...names, ...(names.at(-1) === anyFolders ? ['*'] : [])].map((part) =>
      part === anyFolders ? anyFolders : compilePart(part),
    );
    return { parts, takesFolders: !plain.includes(anyFolders) };
  });

const partsOf = (pattern: string): readonly string[] =>
  pattern
    .replaceAll('\\/', '/')
    .split('/')
    .filter((part) => part !== '' && part !== '.');

const unescaped = (part: string): string => part.replace(/\\(.)/gsu, '$1');

function compilePart(part: string): Part {
  if (!/(?<!\\)[*?[{]/.test(part)) {
    const literal = unescaped(part);
    const matches = (name: string): boolean => name === literal;
    return { literal, matches, matchesHidden: matches };
  }
  const plain = part.replace(/(?<!\\)[()|+"]/g, '\\$&'); // only `*`, `**`, `?`, `[a-z]` and `{a,b}` mean something
  const options = { noextglob: true, nonegate: true } as const;
  return { matches: picomatch(plain, { ...options, dot: false }), matchesHidden: picomatch(plain, { ...options, dot: true }) };
}

/** Braces around `/` or `**` multiplied out, so that each pattern has its parts between `/`; at most one more than `limit`. */
function alternativesOf(pattern: string, limit: number): readonly string[] {
  const group = wideGroup(pattern);
  if (group === undefined) return [pattern];
  const found: string[] = [];
  for (const choice of group.choices) {
    if (found.length > limit) break;
    found.push(...alternativesOf(pattern.slice(0, group.from) + choice + pattern.slice(group.to), limit));
  }
  return found.slice(0, limit + 1);
}

interface Group {
  readonly from: number;
  readonly to: number;
  readonly choices: readonly string[];
}

/** The first outermost `{a,b}` that holds more than a piece of one name. */
function wideGroup(pattern: string): Group | undefined {
  for (let from = pattern.indexOf('{'); from >= 0; from = pattern.indexOf('{', from + 1)) {
    const group = pattern[from - 1] === '\\' ? undefined : groupAt(pattern, from);
    if (group !== undefined && group.choices.length > 1 && group.choices.some((choice) => /\/|\*\*/.test(choice))) return group;
  }
  return undefined;
}

function groupAt(pattern: string, from: number): Group | undefined {
  const choices: string[] = [];
  let begin = from + 1;
  let depth = 0;
  for (let at = from; at < pattern.length; at++) {
    const sign = pattern[at];
    if (sign === '\\') at += 1;
    else if (sign === '{') depth += 1;
    else if (sign === ',' && depth === 1) {
      choices.push(pattern.slice(begin, at));
      begin = at + 1;
    } else if (sign === '}' && --depth === 0) return { from, to: at + 1, choices: [...choices, pattern.slice(begin, at)] };
  }
  return undefined;
}

/** Where patterns stand before the first name. */
export const beginning = (patterns: readonly Pattern[]): readonly Front[] => patterns.flatMap((pattern) => opened({ pattern, at: 0 }));

/** The only names that can matter in a folder; undefined where its listing is needed. */
export function literalNames(fronts: readonly Front[]): readonly string[] | undefined {
  const names = new Set<string>();
  for (const { pattern, at } of fronts) {
    const part = pattern.parts[at];
    if (part === anyFolders || (part !== undefined && part.literal === undefined)) return undefined;
    if (part?.literal !== undefined) names.add(part.literal);
  }
  return [...names];
}

/** One name further. `hidden`: as if names that begin with a dot were like others. */
export function advance(fronts: readonly Front[], name: string, hidden: boolean): Found {
  const seen = new Set<string>();
  const next = fronts.flatMap(({ pattern, at }) => {
    const part = pattern.parts[at];
    if (part === undefined) return [];
    if (part === anyFolders) return hidden || !name.startsWith('.') ? opened({ pattern, at }) : [];
    return (hidden ? part.matchesHidden(name) : part.matches(name)) ? opened({ pattern, at: at + 1 }) : [];
  });
  const ids = new Map<Pattern, number>();
  const fresh = next.filter(({ pattern, at }) => {
    if (!ids.has(pattern)) ids.set(pattern, ids.size);
    const key = `${ids.get(pattern)} ${at}`;
    return !seen.has(key) && seen.add(key);
  });
  return {
    done: fresh.filter(isDone).map(({ pattern }) => pattern),
    inside: fresh.filter((front) => !isDone(front)),
  };
}

const isDone = ({ pattern, at }: Front): boolean => at === pattern.parts.length;

/** `**` also stands for no folder at all. */
function opened(front: Front): readonly Front[] {
  const { pattern, at } = front;
  return pattern.parts[at] === anyFolders ? [front, ...opened({ pattern, at: at + 1 })] : [front];
}
