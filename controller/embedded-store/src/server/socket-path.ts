import { mkdtempSync, openSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';

/** The kernel's limit is 107 on Linux and 103 on macOS. */
const longestPathBytes = 100;

/** A path for a socket that other processes open too: in the folder if it is short enough, else in a private one of the system's temporary folder. */
export function publicSocketPath(folder: string, name: string): string {
  const path = join(folder, name);
  return fits(path) ? path : join(mkdtempSync(temporaryPrefix), name);
}

const temporaryPrefix = join(tmpdir(), 'drover-socket-');

/** Takes the private folder away again, if one was made for this socket. */
export function removeTemporaryFolder(path: string): void {
  if (path.startsWith(temporaryPrefix)) rmSync(dirname(path), { recursive: true, force: true });
}

/** A path by which this process reaches a socket in the folder, however long the folder's name is. */
export function nearSocketPath(folder: string, name: string): string {
  const path = join(folder, name);
  if (fits(path)) return path;
  const fromHere = relative(process.cwd(), path);
  if (fits(fromHere)) return fromHere;
  return process.platform === 'linux' ? `/proc/self/fd/${openSync(folder, 'r')}/${name}` : join(tmpdir(), name);
}

function fits(path: string): boolean {
  return Buffer.byteLength(path) <= longestPathBytes;
}
