import { spawnSync } from 'node:child_process';
import { findOwnProgram, launcherShell } from '../executors/shell/launcher.js';

/** What places are made with; absolute paths. */
export interface GroundPrograms {
  readonly bash: string;
  readonly unshare: string;
  readonly nsenter: string;
  readonly mount: string;
  readonly stty: string;
}

let found: { readonly programs: GroundPrograms | undefined } | undefined;

/** Undefined where one is missing, or the shell is not a bash that tells ends from signals and reads by size. */
export function groundPrograms(): GroundPrograms | undefined {
  found ??= { programs: find() };
  return found.programs;
}

function find(): GroundPrograms | undefined {
  const [shell] = launcherShell() ?? [];
  const programs = ['bash', 'unshare', 'nsenter', 'mount', 'stty'].map(findOwnProgram);
  const [bash, unshare, nsenter, mount, stty] = programs;
  if (bash === undefined || bash !== shell || !unshare || !nsenter || !mount || !stty) return undefined;
  const asked = spawnSync(bash, ['--norc', '-p', '-c', suits, 'drover-ask', mount], { env: {}, stdio: 'ignore' });
  return asked.status === 0 ? { bash, unshare, nsenter, mount, stty } : undefined;
}

/** Its short here-strings are pipes; the mount of util-linux makes the folders that it mounts on. */
const suits =
  '((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] >= 501)) && exec 9<<<x && [ -p /proc/self/fd/9 ] && case $("$1" -V) in *util-linux*) ;; *) exit 1 ;; esac';
