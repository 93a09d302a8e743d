import { readFileSync, writeFileSync } from 'node:fs';

/** Users and groups of tasks of an agent that is root. Id 0 inside is root of the machine; id n inside is id `first` + n of the machine. */
export interface TaskIds {
  readonly first: number;
  readonly last: number;
}

export type TaskIdsChoice = 'auto' | 'off' | TaskIds;

/**
 * Between the ids that directories (SSSD, winbind: below 2,000,200,000) and systemd's containers (below 1,879,048,192) give
 * out and those that systemd reserves (from 2,147,352,576). So many that an archive seldom names an owner beyond them.
 */
const usualIds: TaskIds = { first: 2_013_265_920, last: 2_147_352_575 };

/** Enough for the users that a system has by itself. */
export const fewestIds = 1_000;

export type FoundIds = { readonly ok: true; readonly ids: TaskIds } | { readonly ok: false; readonly reason: string };

/** What an agent needs to map ids for its tasks, and to read and remove what they leave. */
const neededCapabilities = { CHOWN: 0, DAC_OVERRIDE: 1, FOWNER: 3, SETGID: 6, SETUID: 7, SETFCAP: 31 } as const;

export interface IdSources {
  /** Reads a file of the machine; empty where there is none. */
  readonly read: (path: string) => string;
}

const machine: IdSources = { read: readOrEmpty };

/** The ids that tasks may have here. No user of the machine, nor a range that is given to one, may be among them. */
export function findTaskIds(choice: TaskIdsChoice, { read }: IdSources = machine): FoundIds {
  if (choice === 'off') return { ok: false, reason: 'it is switched off (--task-ids off)' };
  const ids = choice === 'auto' ? usualIds : choice;
  const missing = missingCapabilities(read('/proc/self/status'));
  if (missing.length > 0) return { ok: false, reason: `the agent lacks the capabilities ${missing.join(', ')}` };
  const unknown = ['uid_map', 'gid_map'].find((name) => !isMapped(read(`/proc/self/${name}`), ids));
  if (unknown !== undefined) return { ok: false, reason: `the ids ${ids.first} to ${ids.last} do not exist where the agent runs` };
  const claimed = claims.find(({ path, rangeOf }) => linesOf(read(path)).some((fields) => overlaps(rangeOf(fields), ids)));
  if (claimed !== undefined) return { ok: false, reason: `${claimed.path} gives ids from ${ids.first} to ${ids.last} to others` };
  return { ok: true, ids };
}

/** As the kernel wants it in `uid_map`, for namespaces that are made out of the agent's. */
export const outerMap = ({ first, last }: TaskIds): string => `0 0 1\n1 ${first + 1} ${last - first}\n`;

/** The same for namespaces in those: every id means the same in both. */
export const innerMap = ({ first, last }: TaskIds): string => `0 0 1\n1 1 ${last - first}\n`;

/** Gives ids to the user namespace of a process that has none yet. Throws where the kernel refuses. */
export function mapIds(pid: number, ids: TaskIds): void {
  for (const name of ['uid_map', 'gid_map']) writeFileSync(`/proc/${pid}/${name}`, outerMap(ids));
}

const claims: ReadonlyArray<{ readonly path: string; rangeOf(fields: readonly string[]): TaskIds }> = [
  { path: '/etc/passwd', rangeOf: ([, , id]) => ({ first: Number(id), last: Number(id) }) },
  { path: '/etc/group', rangeOf: ([, , id]) => ({ first: Number(id), last: Number(id) }) },
  { path: '/etc/subuid', rangeOf: (fields) => rangeOfUser(fields) },
  { path: '/etc/subgid', rangeOf: (fields) => rangeOfUser(fields) },
];

/** What is given to root is given to the agent. */
function rangeOfUser([user, first, count]: readonly string[]): TaskIds {
  if (user === 'root' || user === '0') return { first: -1, last: -1 };
  return { first: Number(first), last: Number(first) + Number(count) - 1 };
}

const overlaps = (one: TaskIds, other: TaskIds): boolean => one.first <= other.last && other.first <= one.last;

const linesOf = (text: string): ReadonlyArray<readonly string[]> =>
  text
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .map((line) => line.split(':'));

/** In one piece: the kernel passes on no range that is put together of two. */
function isMapped(map: string, { first, last }: TaskIds): boolean {
  return map.split('\n').some((line) => {
    const [inside = NaN, , count = NaN] = line.trim().split(/\s+/).map(Number);
    return inside <= first && last < inside + count;
  });
}

function missingCapabilities(status: string): readonly string[] {
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  return Object.entries(neededCapabilities)
    .filter(([, bit]) => ((effective >> BigInt(bit)) & 1n) === 0n)
    .map(([name]) => name);
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
