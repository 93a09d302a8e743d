import type { Settings } from '@drover/protocol/api';

/** The settings as the fields hold them. */
export interface SettingsDraft {
  readonly approval: boolean;
  /** In megabytes. */
  readonly limit: number | string;
  /** One a line. */
  readonly folders: string;
  readonly runDays: number | string;
  readonly runsMost: number | string;
  readonly packageDays: number | string;
  readonly packageVersions: number | string;
}

const megabyte = 1_000_000;
/** As the field shows it: two places are enough, and an untouched field changes nothing. */
const inMegabytes = (bytes: number): number => Math.round((bytes / megabyte) * 100) / 100;

/** What the fields show at first. */
export const draftOf = (settings: Settings): SettingsDraft => ({
  approval: settings.agentApproval,
  limit: inMegabytes(settings.logLimitBytes),
  folders: settings.allowedFolders.join('\n'),
  ...keptOf(settings),
});

/** What is saved. */
export const settingsOf = ({ approval, limit, folders, ...kept }: SettingsDraft, before: Settings): Settings => ({
  agentApproval: approval,
  logLimitBytes: Number(limit) === inMegabytes(before.logLimitBytes) ? before.logLimitBytes : Math.round(Number(limit) * megabyte),
  allowedFolders: folders
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== ''),
  ...(isUntouched(kept, before) ? {} : { retention: retentionOf(kept) }),
});

type KeptDraft = Pick<SettingsDraft, 'runDays' | 'runsMost' | 'packageDays' | 'packageVersions'>;

const keptOf = ({ retention }: Settings): KeptDraft => ({
  runDays: retention?.runs.days ?? '',
  runsMost: retention?.runs.runs ?? '',
  packageDays: retention?.packages.days ?? '',
  packageVersions: retention?.packages.versions ?? '',
});

/** Saving retention makes it hold at once. A person who changes only other settings does not want that. */
const isUntouched = (kept: KeptDraft, before: Settings): boolean =>
  before.retentionFrom !== undefined && JSON.stringify(kept) === JSON.stringify(keptOf(before));

const retentionOf = (kept: KeptDraft): Settings['retention'] & object => ({
  runs: { ...limitOf('days', kept.runDays), ...limitOf('runs', kept.runsMost) },
  packages: { ...limitOf('days', kept.packageDays), ...limitOf('versions', kept.packageVersions) },
});

/** An empty field is no limit. */
const limitOf = <Name extends string>(name: Name, value: number | string): { readonly [Key in Name]?: number } =>
  value === '' ? {} : ({ [name]: Number(value) } as { readonly [Key in Name]?: number });
