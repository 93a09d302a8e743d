import { pathOf, type Match } from './globs.js';

export interface NamedMatch {
  readonly match: Match;
  /** In the package, with `/` where it keeps folders. */
  readonly fileName: string;
}

export type NamedMatches = { readonly ok: true; readonly files: readonly NamedMatch[] } | { readonly ok: false; readonly reason: string };

/** What the controller takes: `packageCoordinates` of the protocol. */
const longest = { plain: 255, withFolders: 400 } as const;

/**
 * What the matches are called in their package: by their own names. Those that would be called the same keep their path
 * below the folder that holds all of them: `a/report.xml` and `b/report.xml`.
 */
export function nameMatches(matches: readonly Match[]): NamedMatches {
  const counts = new Map<string, number>();
  for (const match of matches) counts.set(keyOf(match), (counts.get(keyOf(match)) ?? 0) + 1);
  const shared = matches.filter((match) => (counts.get(keyOf(match)) ?? 0) > 1);
  const common = commonDepth(shared.map(({ names }) => names.slice(0, -1)));
  const isShared = new Set(shared);
  const files: NamedMatch[] = [];
  const taken = new Map<string, Match>();
  for (const match of matches) {
    const bytes = packedName(match.kind, isShared.has(match) ? match.names.slice(common) : match.names.slice(-1));
    const fileName = bytes.toString();
    const fault = faultOf(bytes, fileName);
    if (fault !== undefined) return { ok: false, reason: `“${pathOf(match.names)}” cannot be uploaded: ${fault}` };
    const other = taken.get(fileName);
    if (other !== undefined) return { ok: false, reason: sameName(fileName, other, match) };
    taken.set(fileName, match);
    files.push({ match, fileName });
  }
  return { ok: true, files };
}

const slash = Buffer.from('/');

function packedName(kind: Match['kind'], names: readonly Buffer[]): Buffer {
  const joined = Buffer.concat(names.flatMap((name, index) => (index === 0 ? [name] : [slash, name])));
  return kind === 'folder' ? Buffer.concat([joined, Buffer.from('.tar.gz')]) : joined;
}

const keyOf = ({ kind, names }: Match): string => packedName(kind, names.slice(-1)).toString('latin1');

/** How many folders all of these paths begin with. */
function commonDepth(folders: readonly (readonly Buffer[])[]): number {
  const [first = []] = folders;
  const different = first.findIndex((name, at) => folders.some((folder) => folder[at]?.equals(name) !== true));
  return different < 0 ? first.length : different;
}

function faultOf(bytes: Buffer, fileName: string): string | undefined {
  if (!Buffer.from(fileName).equals(bytes)) return 'its name is not UTF-8, and names in a package are text';
  if (/[\u0000-\u001f\u007f\\]/.test(fileName)) return 'its name holds “\\” or a control character';
  if (/^[A-Za-z]:[^/]*\//.test(fileName)) return `“${fileName.slice(0, 80)}” begins like a drive of Windows`;
  const tooLong = (most: number): string => `its name in the package, “${fileName.slice(0, 80)}…”, has more than ${most} characters`;
  if (fileName.slice(fileName.lastIndexOf('/') + 1).length > longest.plain) return tooLong(longest.plain);
  return fileName.length > longest.withFolders ? tooLong(longest.withFolders) : undefined;
}

const sameName = (fileName: string, one: Match, other: Match): string =>
  `“${pathOf(one.names)}” and “${pathOf(other.names)}” would both be called “${fileName}” in the package: upload them in steps of their own, to other directories or versions`;
