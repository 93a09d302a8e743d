import { execFile } from 'node:child_process';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { startRun } from '../../testing/definitions.js';
import type { Farm } from '../../testing/farm.js';
import type { Tally } from '../signs/tally.js';
import { begunIn, expectWideWhole, makeWide } from '../load/work.js';

const run = promisify(execFile);

/** Why no small disk is available on this machine; undefined where one is. */
export const smallDiskMissing = (): string | undefined =>
  process.platform === 'linux' && process.getuid?.() === 0 ? undefined : 'a small disk of one’s own (tmpfs) needs root on Linux';

const pieceBytes = 65_536;

/** A disk of a few megabytes that can be filled to the last byte, and emptied again. */
export class SmallDisk {
  private constructor(readonly folder: string) {}

  static async mount(folder: string, megabytes: number): Promise<SmallDisk> {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await run('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0700`, 'drover-small-disk', folder]);
    return new SmallDisk(folder);
  }

  /** Takes all space that is left, but for so many bytes. */
  async fill({ leaveBytes = 0 } = {}): Promise<void> {
    const file = await open(join(this.folder, 'ballast'), 'a', 0o600);
    const piece = Buffer.alloc(pieceBytes, 'b');
    try {
      for (let bytes = pieceBytes; bytes >= 1;) {
        const isWritten = await file.appendFile(piece.subarray(0, bytes)).then(() => true, unlessFull);
        if (!isWritten) bytes = Math.floor(bytes / 2);
      }
      if (leaveBytes > 0) await file.truncate(Math.max(0, (await file.stat()).size - leaveBytes));
    } finally {
      await file.close();
    }
  }

  /** Gives the space back. */
  async empty(): Promise<void> {
    await rm(join(this.folder, 'ballast'), { force: true });
  }

  async unmount(): Promise<void> {
    await run('umount', ['-l', this.folder]);
  }
}

function unlessFull(error: unknown): false {
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') return false;
  throw error;
}

/** Fills the disk of the controller while a task of the agent, whose label is its name, prints; the task continues, and its log is whole once there is space again. */
export async function logOutlivesFullDisk(
  farm: Farm,
  tally: Tally,
  { disk, agent, beats }: { readonly disk: SmallDisk; readonly agent: string; readonly beats: number },
): Promise<void> {
  const { id } = await makeWide(farm, tally, { tasks: 1, beats, labels: [agent] });
  const run = await startRun(farm, id);
  await tally.until((heard) => begunIn(heard, run.id) === 1);
  const refused = farm.agents.get(agent)?.line(/a piece of log was refused/, 60_000);
  await disk.fill();
  await refused;
  await disk.empty();
  const [attempt] = await expectWideWhole(farm, tally, { run: await farm.finished(run.id), beats });
  expect(attempt?.number).to.equal(1);
}
