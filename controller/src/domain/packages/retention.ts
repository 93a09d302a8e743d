import type { Instant, PackageId } from '@drover/protocol';
import type { PackageRecord } from './records.js';

/** B3: how long packages are kept. What is absent limits nothing. */
export interface RetentionPolicy {
  /** Versions of a package (directory and name) that are kept, the newest ones. */
  readonly keepVersions?: number;
  readonly keepDays?: number;
}

export type Retained = Pick<PackageRecord, '_id' | 'directory' | 'name' | 'version' | 'createdAt'>;

const dayMs = 86_400_000;

/** The packages of a project that the policy deletes. The newest version of each package always stays, with all its files. */
export function expiredPackages(packages: readonly Retained[], policy: RetentionPolicy, now: Instant): readonly PackageId[] {
  const oldest = policy.keepDays === undefined ? -Infinity : now - policy.keepDays * dayMs;
  const keepVersions = Math.max(1, policy.keepVersions ?? Infinity);
  return grouped(packages, ({ directory, name }) => `${directory}\n${name}`).flatMap((files) =>
    grouped(files, ({ version }) => version)
      .sort((a, b) => newestOf(b) - newestOf(a))
      .filter((version, rank) => rank >= keepVersions || (rank > 0 && newestOf(version) < oldest))
      .flatMap((version) => version.map(({ _id }) => _id)),
  );
}

function grouped<T>(items: readonly T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return [...groups.values()];
}

const newestOf = (files: readonly Retained[]): Instant => Math.max(...files.map(({ createdAt }) => createdAt));
