import { execFileSync } from 'node:child_process';
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { cpus, loadavg, release, tmpdir, totalmem, type } from 'node:os';
import { join } from 'node:path';
import { root } from '../../testing/programs.js';
import { median } from './statistics.js';

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
  /** The median of 50 writes of 4 KB, each made durable. */
  readonly syncMs: number;
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
    syncMs: median(timesOfSync()),
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

function timesOfSync(): readonly number[] {
  const folder = mkdtempSync(join(tmpdir(), 'drover-sync-'));
  const file = openSync(join(folder, 'file'), 'w');
  const block = Buffer.alloc(4_096, 1);
  const times = Array.from({ length: 50 }, () => {
    const started = performance.now();
    writeSync(file, block);
    fdatasyncSync(file);
    return performance.now() - started;
  });
  closeSync(file);
  rmSync(folder, { recursive: true });
  return times;
}
