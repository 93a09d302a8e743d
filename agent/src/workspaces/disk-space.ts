import { statfs } from 'node:fs/promises';

export interface DiskSpace {
  /** What an ordinary user may still write. */
  readonly freeBytes: number;
  readonly totalBytes: number;
  /** Files and folders that may still be made; undefined where the file system has no limit. */
  readonly freeEntries: number | undefined;
}

export async function readDiskSpace(path: string): Promise<DiskSpace> {
  const { bavail, blocks, bsize, files, ffree } = await statfs(path);
  return { freeBytes: bavail * bsize, totalBytes: blocks * bsize, freeEntries: files === 0 ? undefined : ffree };
}

export interface DiskGuardOptions {
  readonly path: string;
  readonly minimumBytes: number;
  readonly everyMs: number;
  readonly signal: AbortSignal;
  /** Called once, when less than the minimum is left. */
  onLow(space: DiskSpace): void;
  readonly read?: (path: string) => Promise<DiskSpace>;
}

/** G9: watches the space while attempts run, until it is low or the signal ends it. */
export function guardDiskSpace({ path, minimumBytes, everyMs, signal, onLow, read = readDiskSpace }: DiskGuardOptions): void {
  let timer: NodeJS.Timeout | undefined;
  const look = async () => {
    const space = await read(path).catch(() => undefined);
    if (signal.aborted) return;
    if (space !== undefined && space.freeBytes < minimumBytes) onLow(space);
    else timer = setTimeout(() => void look(), everyMs).unref();
  };
  signal.addEventListener('abort', () => clearTimeout(timer), { once: true });
  void look();
}
