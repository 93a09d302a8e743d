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
