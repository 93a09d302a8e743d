import { readFileSync, readdirSync, readlinkSync } from 'node:fs';

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

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
