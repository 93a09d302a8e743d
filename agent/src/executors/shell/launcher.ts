import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * Node can't mark the descriptors of pseudo-terminals close-on-exec, so that every child of the agent inherits the
 * masters of other attempts. The launcher closes them before anything of a task runs, which needs a shell that can
 * name descriptors above 9: bash and busybox can, dash can't.
 */
const closeInherited = 'for f in /proc/self/fd/*; do n=${f##*/}; case $n in [0-3]) ;; *[!0-9]*) ;; *) eval "exec $n>&-" ;; esac; done\n';

/** `\n` stays `\n`: set before the program exists, so that there is no race. */
const rawOutput = 'stty -opost <&1\n';

/** Where memory runs out the kernel ends a task before the agent and the controller. */
export const raiseOomScore =
  'read -r o </proc/self/oom_score_adj && echo "$((o < 500 ? o + 500 : 1000))" >/proc/self/oom_score_adj; unset o\n';

const joinGroups =
  'count=$1; shift; while [ "$count" -gt 0 ]; do echo 0 2>/dev/null >"$1/cgroup.procs" || :; shift; count=$((count - 1)); done\n';

/** Arguments: number of cgroups, the cgroups, then the program. */
export const holderScript = `${closeInherited}exec 3>&-\n{ ${joinGroups} } 2>/dev/null\nexec "$@"`;

const prepare = `${closeInherited}${rawOutput}{ ${joinGroups} ${raiseOomScore} } 2>/dev/null\n`;

/** Arguments: number of cgroups, the cgroups, then the program. */
export const outerScript = `${prepare}exec "$@"`;

/** Arguments: working folder, then the program. What can't start is told on descriptor 3, which nothing else keeps. */
const innerScript = `
cd -- "$1" 2>/dev/null || { printf 'the working folder %s cannot be entered' "$1" >&3; exit 126; }
shift
command -v -- "$1" >/dev/null 2>&1 || { printf 'the program %s was not found' "$1" >&3; exit 127; }
unset OLDPWD SHLVL
exec "$@" 3>&-`;

/** Before the name of a variable that only the step may see, until it begins. */
export const carriedPrefix = 'drover_carried_';

/** Arguments: number of variables that were carried, their names, then as `innerScript`. */
export const restoringScript = `drover_names=$1; shift
while [ "$drover_names" -gt 0 ]; do
  eval "export $1=\\"\\$${carriedPrefix}$1\\"; unset ${carriedPrefix}$1"
  shift; drover_names=$((drover_names - 1))
done 2>/dev/null
unset drover_names${innerScript}`;

/** Both in one, where nothing has to be entered in between; one start of a shell less. */
export const directScript = prepare + restoringScript;

/** With -p a bash takes neither functions nor files to run from its environment, which is a task's. */
const candidates: ReadonlyArray<readonly string[]> = [['bash', '--norc', '-p'], ['busybox', 'ash'], ['sh']];
let found: readonly string[] | undefined;

/** The command of a shell that can close any descriptor, or undefined when the machine has none. */
export function launcherShell(): readonly string[] | undefined {
  found ??= candidates
    .map(([name, ...rest]) => [findOwnProgram(name ?? ''), ...rest])
    .filter((command): command is string[] => command[0] !== undefined)
    .find((command) => closesAnyDescriptor(command));
  return found;
}

function closesAnyDescriptor([program, ...rest]: readonly string[]): boolean {
  if (program === undefined) return false;
  const probe = 'exec 23</dev/null && [ -e /proc/self/fd/23 ] && exec 23<&- && ! [ -e /proc/self/fd/23 ]';
  return spawnSync(program, [...rest, '-c', probe], { stdio: 'ignore', env: {} }).status === 0;
}

/** Absolute path of a program on the agent's own PATH or where programs usually are. */
export const findOwnProgram = (name: string): string | undefined =>
  findProgram(name, [process.env['PATH'] ?? '', '/usr/sbin', '/usr/bin', '/sbin', '/bin'].join(delimiter));

/** Absolute path of a program in one of the folders. */
export function findProgram(name: string, path: string): string | undefined {
  return path
    .split(delimiter)
    .filter((folder) => folder.startsWith('/'))
    .map((folder) => join(folder, name))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
