export interface ArchivedFile {
  readonly name: string;
  readonly version: string;
  readonly fileName: string;
}

/**
 * Where files stand in an archive: `name/version/file`. A number goes before the file's own name where that is taken, and
 * a path whose folder is already a file becomes a plain name.
 */
export function archiveNames(packages: readonly ArchivedFile[]): readonly string[] {
  const files = new Set<string>();
  const folders = new Set<string>();
  const counts = new Map<string, number>();
  return packages.map((each) => {
    const path = unusedPath(each, { files, folders, counts });
    files.add(path);
    for (const folder of foldersOf(path)) folders.add(folder);
    return path;
  });
}

interface Taken {
  readonly files: ReadonlySet<string>;
  readonly folders: ReadonlySet<string>;
  /** The highest number so far of each name, so that many of one name are numbered in linear time. */
  readonly counts: Map<string, number>;
}

function unusedPath({ name, version, fileName }: ArchivedFile, { files, folders, counts }: Taken): string {
  const base = `${name}/${version}/`.replace(driveLetter, '$1_');
  const blocked = foldersOf(base + fileName).some((folder) => files.has(folder));
  const path = blocked ? fileName.replaceAll('/', '_') : fileName;
  const own = path.slice(path.lastIndexOf('/') + 1);
  const above = base + path.slice(0, path.length - own.length);
  for (let count = (counts.get(above + own) ?? 0) + 1; ; count++) {
    const candidate = `${above}${count === 1 ? '' : `${count}-`}${own}`;
    counts.set(above + own, count);
    if (!files.has(candidate) && !folders.has(candidate)) return candidate;
  }
}

/** With such a beginning the path would be absolute on Windows. */
const driveLetter = /^([A-Za-z]):/;

/** The folders that a path passes. */
const foldersOf = (path: string): readonly string[] =>
  path
    .split('/')
    .slice(0, -1)
    .map((_, index, names) => names.slice(0, index + 1).join('/'));
