import type { PackageFolder } from '@drover/protocol/api';
import type { PackageRecord } from './records.js';

/** Files by their version, in the order in which the versions come first. */
export function versionsOf<F extends Pick<PackageRecord, 'version'>>(
  files: readonly F[],
): readonly { readonly version: string; readonly files: readonly F[] }[] {
  const versions = new Map<string, F[]>();
  for (const file of files) {
    const known = versions.get(file.version);
    if (known) known.push(file);
    else versions.set(file.version, [file]);
  }
  return [...versions].map(([version, all]) => ({ version, files: all }));
}

type Listed = Pick<PackageRecord, 'name' | 'version' | 'createdAt' | 'sizeBytes'>;

/** The packages of one directory by name, from its files, which come newest first. The size is that of the newest version. */
export function foldPackages(files: readonly Listed[]): PackageFolder['packages'] {
  const byName = new Map<string, Listed[]>();
  for (const file of files) {
    const known = byName.get(file.name);
    if (known) known.push(file);
    else byName.set(file.name, [file]);
  }
  return [...byName.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([name, [newest, ...older]]) => {
      if (!newest) return [];
      const all = [newest, ...older];
      const sizeBytes = all.filter(({ version }) => version === newest.version).reduce((sum, file) => sum + file.sizeBytes, 0);
      const versions = new Set(all.map(({ version }) => version)).size;
      return [{ name, versions, newestVersion: newest.version, newestAt: newest.createdAt, sizeBytes }];
    });
}
