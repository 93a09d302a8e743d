import { execFileSync } from 'node:child_process';
import { cpus, loadavg, release, totalmem, type } from 'node:os';
import { root } from '../../testing/programs.js';

/** What has to be known of a machine to compare its figures with another's. */
export interface MachineFacts {
  readonly processors: number;
  readonly processor: string;
  readonly memoryMb: number;
  readonly system: string;
  readonly node: string;
  readonly revision: string;
  /** Others at work when the benchmarks began: load above 0.5 blurs the figures. */
  readonly loadAtStart: number;
}

export function machineFacts(): MachineFacts {
  return {
    processors: cpus().length,
    processor: cpus()[0]?.model.trim() ?? 'unknown',
    memoryMb: Math.round(totalmem() / 1_000_000),
    system: `${type()} ${release()}`,
    node: process.version,
    revision: revision(),
    loadAtStart: loadavg()[0] ?? 0,
  };
}

function revision(): string {
  try {
    return execFileSync('git', ['describe', '--always', '--dirty'], {
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return 'unknown';
  }
}
