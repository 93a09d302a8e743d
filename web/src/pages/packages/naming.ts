import type { Coordinates } from './upload/upload.js';

const version = /[-_.]v?(\d+(?:\.\d+)+(?:[-+][0-9A-Za-z.]+?)?)$/;
const endings = /(?:\.tar)?\.(?:gz|tgz|xz|zst|bz2|zip|jar|war|deb|rpm|whl|tar|bin|exe|msi|dmg|apk)$/i;

/** What a file's name says of its package and version: `tools-1.2.0.tar.gz` is `tools` at `1.2.0`. */
export function guess(fileName: string): Pick<Coordinates, 'name' | 'version'> {
  const stem = fileName.replace(endings, '');
  const found = version.exec(stem);
  return found === null ? { name: stem, version: '' } : { name: stem.slice(0, found.index), version: found[1] ?? '' };
}

/** Folders of a path, each with its own path. */
export function trail(directory: string): { readonly name: string; readonly path: string }[] {
  const parts = directory.split('/').filter((part) => part !== '');
  return parts.map((name, i) => ({ name, path: parts.slice(0, i + 1).join('/') }));
}

export const within = (directory: string, name: string): string => (directory === '' ? name : `${directory}/${name}`);

/** Files by their version, in the order in which the versions come first. */
export function versionsOf<F extends { readonly name: string; readonly directory: string; readonly version: string }>(
  files: readonly F[],
): { readonly key: string; readonly files: readonly F[] }[] {
  const groups = new Map<string, F[]>();
  for (const file of files) {
    const key = JSON.stringify([file.directory, file.name, file.version]);
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  return [...groups].map(([key, group]) => ({ key, files: group }));
}
