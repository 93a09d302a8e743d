import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { IsolationMode } from '../../executors/executor.js';
import { findOwnProgram } from '../../executors/shell/launcher.js';

/** A limit of processes by RLIMIT_NPROC, for machines where no control group counts them. */
export interface ProcessRlimit {
  readonly processes: number;
  /** What shares it: the namespaces of one attempt, or everything of the user as whom tasks run. */
  readonly counts: 'attempt' | 'user';
}

export interface RlimitMeans {
  readonly uid: number;
  /** The file /proc/self/limits. */
  readonly ownLimits: () => string;
  readonly findProgram: (name: string) => string | undefined;
  readonly countsByNamespace: () => boolean;
}

const thisMachine: RlimitMeans = {
  uid: process.getuid?.() ?? 0,
  ownLimits: () => readFileSync('/proc/self/limits', 'utf8'),
  findProgram: findOwnProgram,
  countsByNamespace,
};

/**
 * Where the limit means something. The kernel does not count processes of root. It counts those of another user all together, so
 * that one who works on the machine as well would be kept from beginning programs of their own: only a user of the
 * tasks' own has it, or a user namespace that counts by itself.
 */
export function findProcessRlimit(
  processes: number | undefined,
  isolation: IsolationMode,
  { uid, ownLimits, findProgram, countsByNamespace: counts }: RlimitMeans = thisMachine,
): ProcessRlimit | undefined {
  if (processes === undefined || findProgram('prlimit') === undefined) return undefined;
  const most = Math.min(processes, hardLimitIn(ownLimits()));
  if (isolation === 'separateUser') return { processes: most, counts: 'user' };
  return isolation === 'namespaces' && uid !== 0 && counts() ? { processes: most, counts: 'attempt' } : undefined;
}

/** Who is not root, or has not all rights of root, can set no more than that. */
function hardLimitIn(limits: string): number {
  const [, hard] = /^Max processes +\S+ +(\d+)/m.exec(limits) ?? [];
  return hard === undefined ? Infinity : Number(hard);
}

/** Put before a command, gives it this limit. */
export const limitProcesses = ({ processes }: ProcessRlimit): readonly string[] => [
  findOwnProgram('prlimit') ?? 'prlimit',
  `--nproc=${processes}`,
  '--',
];

const probeMs = 2_000;

/** Kernels before 5.14 count all processes of a user, whose agent alone has more threads than the probe may have processes. */
function countsByNamespace(): boolean {
  const [unshare, prlimit, setsid] = ['unshare', 'prlimit', 'setsid'].map(findOwnProgram);
  if (unshare === undefined || prlimit === undefined || setsid === undefined) return false;
  const user = ['--user', `--map-user=${process.getuid?.() ?? 0}`, `--map-group=${process.getgid?.() ?? 0}`, '--'];
  const fork = [setsid, '--fork', '--wait', 'true'];
  const { PATH = '' } = process.env;
  return (
    spawnSync(unshare, [...user, prlimit, '--nproc=2', '--', ...fork], { env: { PATH }, stdio: 'ignore', timeout: probeMs }).status === 0
  );
}
