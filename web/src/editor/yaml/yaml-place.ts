/** Where the cursor of a YAML text stands: the path of the mapping or value there, by indentation; good enough while the text is being typed. */
export type YamlPlace =
  | { readonly type: 'field'; readonly path: readonly (string | number)[]; readonly typed: string; readonly present: readonly string[] }
  | { readonly type: 'value'; readonly path: readonly (string | number)[]; readonly typed: string };

interface Level {
  readonly indent: number;
  readonly part: string | number;
}

const keyLine = /^(\s*)((?:- +)*)([A-Za-z_][\w-]*)\s*:(?:\s+(.*)|$)/;

/** The place at the end of `before`; `after` is the rest of the text. */
export function placeAt(before: string, after: string): YamlPlace | undefined {
  const lines = before.split('\n');
  const line = lines.pop() ?? '';
  if (/^\s*#/.test(line)) return undefined;
  const value = keyLine.exec(line);
  const levels = levelsOf(lines);
  if (value !== null && /:\s+/.test(line)) {
    const [, spaces = '', dashes = '', name = '', typed = ''] = value;
    return { type: 'value', path: [...pathUntil(levels, spaces.length, dashes), name], typed };
  }
  const started = /^(\s*)((?:- +)*)([\w-]*)$/.exec(line);
  if (started === null) return undefined;
  const [, spaces = '', dashes = '', typed = ''] = started;
  const path = pathUntil(levels, spaces.length, dashes);
  return {
    type: 'field',
    path,
    typed,
    present: [
      ...siblings(lines.toReversed(), spaces.length + dashes.length, dashes === ''),
      ...siblings(after.split('\n').slice(1), spaces.length + dashes.length, false),
    ],
  };
}

function levelsOf(lines: readonly string[]): readonly Level[] {
  let levels: Level[] = [];
  for (const line of lines) {
    const found = keyLine.exec(line) ?? /^(\s*)((?:- +)+)()/.exec(line);
    if (found === null) continue;
    const [, spaces = '', dashes = '', name = ''] = found;
    levels = enter(levels, spaces.length, dashes);
    const indent = spaces.length + dashes.length;
    if (name !== '') levels = [...levels.filter((level) => level.indent < indent), { indent, part: name }];
  }
  return levels;
}

/** A dash opens the next item of the list at its column. */
function enter(levels: readonly Level[], indent: number, dashes: string): Level[] {
  if (dashes === '') return levels.filter((level) => level.indent < indent || (level.indent === indent && typeof level.part === 'number'));
  const last = levels.findLast((level) => level.indent === indent + 0.5);
  const outer = levels.filter((level) => level.indent < indent || (level.indent === indent && typeof level.part === 'string'));
  return [...outer, { indent: indent + 0.5, part: typeof last?.part === 'number' ? last.part + 1 : 0 }];
}

function pathUntil(levels: readonly Level[], indent: number, dashes: string): readonly (string | number)[] {
  const entered = enter(levels, indent, dashes);
  return (dashes === '' ? entered.filter((level) => level.indent < indent) : entered).map(({ part }) => part);
}

/** Fields of the same mapping in the lines that follow in this direction. */
function siblings(lines: readonly string[], indent: number, stopsAtDash: boolean): readonly string[] {
  const found: string[] = [];
  for (const line of lines) {
    if (line.trim() === '') continue;
    const match = keyLine.exec(line);
    const column = match === null ? line.length - line.trimStart().length : (match[1]?.length ?? 0) + (match[2]?.length ?? 0);
    if (column < indent) break;
    if (column > indent || match === null) continue;
    const dashed = match[2] !== '';
    if (dashed && !stopsAtDash) break;
    found.push(match[3] ?? '');
    if (dashed) break;
  }
  return found;
}
