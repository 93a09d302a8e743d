import { closeSync, openSync, readFileSync, readSync, readdirSync, readlinkSync } from 'node:fs';

export interface ProcessEntry {
  readonly pid: number;
  readonly parent: number;
  readonly session: number;
  readonly hasTerminal: boolean;
  /** Ticks since boot; with the pid it names a process for good. */
  readonly startedAt: number;
}

/** Every live process that may be seen; zombies, which only wait to be reaped, are left out. */
export function readProcesses(): readonly ProcessEntry[] {
  return readdirSync('/proc')
    .filter((name) => /^[0-9]+$/.test(name))
    .map((name) => readProcess(Number(name)))
    .filter((entry) => entry !== undefined);
}

/** One process, or undefined when it is gone or a zombie. */
export function readProcess(pid: number): ProcessEntry | undefined {
  const stat = readOrEmpty(`/proc/${pid}/stat`);
  // the name stands in brackets and may itself hold blanks and brackets
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, parent, , session, terminal] = fields;
  if (stat === '' || state === undefined || 'ZXx'.includes(state)) return undefined;
  return { pid, parent: Number(parent), session: Number(session), hasTerminal: terminal !== '0', startedAt: Number(fields[19]) };
}

/** The live children of a process. */
export function readChildren(pid: number): readonly number[] {
  const listed = readOrEmpty(`/proc/${pid}/task/${pid}/children`).trim();
  if (listed !== '') return listed.split(' ').map(Number);
  return readProcesses().flatMap((entry) => (entry.parent === pid ? [entry.pid] : [])); // a kernel without that file, or none
}

/** The value of a variable in the environment that a process was started with. */
export function readVariable(pid: number, name: string): string | undefined {
  const environment = readOrEmpty(`/proc/${pid}/environ`);
  const entry = environment.split('\0').find((line) => line.startsWith(`${name}=`));
  return entry?.slice(name.length + 1);
}

/** Where a link of `/proc/<pid>` leads, such as `cwd` or `ns/pid`. */
export function readProcessLink(pid: number, link: string): string | undefined {
  try {
    return readlinkSync(`/proc/${pid}/${link}`);
  } catch {
    return undefined;
  }
}

/** Ticks since boot at which something that begins now began, a little early so that nothing is missed. */
export function ticksNow(): number {
  return Math.floor(Number(readOrEmpty('/proc/uptime').split(' ')[0]) * ticksPerSecond) - slackTicks;
}
/** What Linux counts in for programs. */
const ticksPerSecond = 100;
const slackTicks = 200;

/** Every file of /proc is read into this one: a new buffer for each of hundreds of processes is what a scan would mostly cost. */
const shared = Buffer.allocUnsafe(65_536);

function readOrEmpty(path: string): string {
  try {
    const file = openSync(path, 'r');
    try {
      const length = readSync(file, shared, 0, shared.length, 0);
      return length < shared.length ? shared.toString('latin1', 0, length) : readFileSync(path, 'latin1');
    } finally {
      closeSync(file);
    }
  } catch {
    return '';
  }
}
