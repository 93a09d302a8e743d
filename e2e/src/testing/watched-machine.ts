import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { root, startProgram, type Program } from './programs.js';

/** A view of this machine in which nothing but one folder can be written unseen. */
export interface WatchedMachine {
  /** Put before a command, runs it there. */
  readonly within: readonly string[];
  /** What appeared, even for a moment, in the folders that everyone may write and in the home of the user, as paths. */
  written(): Promise<readonly string[]>;
  close(): Promise<void>;
}

/** False where this user may not make such a view. */
export const canWatch = (): boolean => spawnSync('unshare', ['--mount', 'true']).status === 0;

/**
 * Makes one, in a mount namespace: temporary folders and the home are empty and watched, everything else but `folder` is
 * read-only.
 */
export async function watchMachine(folder: string): Promise<WatchedMachine> {
  const { homedir } = userInfo();
  const isHomeNeeded = [process.execPath, root].some((path) => path.startsWith(`${homedir}/`));
  const watched = ['/tmp', '/var/tmp', '/dev/shm', ...(isHomeNeeded ? [] : [homedir])].filter((path) => existsSync(path));
  const keeper = startProgram({
    name: 'watched machine',
    program: 'unshare',
    args: ['--mount', '--propagation', 'private', 'bash', '-c', setUp, 'watch', folder, root, process.execPath, ...watched],
  });
  await keeper.line(/^watching$/);
  const within = ['nsenter', '--target', String(keeper.pid), '--mount', '--'];
  return { within, written: () => written(keeper, within), close: () => keeper.stop() };
}

const sentinel = '/tmp/the-end-of-the-test';

async function written(keeper: Program, [command = '', ...args]: readonly string[]): Promise<readonly string[]> {
  spawnSync(command, [...args, 'touch', sentinel]);
  await keeper.line(new RegExp(`^wrote ${sentinel}$`));
  const paths = keeper.lines.flatMap((line) => (line.startsWith('wrote ') ? [line.slice('wrote '.length)] : []));
  return [...new Set(paths)].filter((path) => path !== sentinel);
}

/** Arguments: the folder, this clone, which may lie in a watched one, node, the folders to watch. */
const setUp = `set -e
folder=$1; clone=$2; node=$3; shift 3
exec 9<"$folder" 8<"$clone"
while read -r _ _ _ _ point _; do
  case $point in /proc*|/sys*|/dev*) ;; *) mount -o remount,bind,ro "$point" ;; esac
done </proc/self/mountinfo
for p; do mount -t tmpfs -o mode=1777 tmpfs "$p"; done
mkdir -p "$clone"
mount -c --bind /proc/self/fd/8 "$clone"
mount -o remount,bind,ro "$clone"
mkdir -p "$folder"
mount -c --bind /proc/self/fd/9 "$folder"
mount -o remount,bind,rw "$folder"
exec 9<&- 8<&-
exec "$node" -e '
const { watch } = require("node:fs");
for (const folder of process.argv.slice(1)) watch(folder, (_, name) => console.log("wrote " + folder + "/" + name));
console.log("watching");
' "$@"
`;
