import { closeSync, openSync } from 'node:fs';
import { basename, dirname, relative } from 'node:path';

/** The kernel's limit is 107 on Linux and 103 on macOS. */
const longestPathBytes = 100;

export interface ReachableSocket {
  /** The way of this process to the socket. */
  readonly path: string;
  /** Call when the socket is no longer used. Harmless twice. */
  release(): void;
}

/**
 * A way to a socket in a folder whose path may be too long for one. The socket stays in its private folder: a shorter
 * place, such as the system's temporary folder, can be written by others. Throws where the system has no way.
 */
export function reachSocket(path: string): ReachableSocket {
  if (fits(path)) return { path, release: () => undefined };
  if (process.platform === 'linux') return throughDescriptor(path);
  const fromHere = relative(process.cwd(), path);
  if (fits(fromHere)) return { path: fromHere, release: () => undefined };
  throw new Error(`The path ${path} is too long for a socket: choose a data folder with a shorter path`);
}

function throughDescriptor(path: string): ReachableSocket {
  const descriptor = openSync(dirname(path), 'r');
  let isOpen = true;
  return {
    path: `/proc/${process.pid}/fd/${descriptor}/${basename(path)}`, // other processes of the user may be given it, too
    release: () => {
      if (isOpen) closeSync(descriptor);
      isOpen = false;
    },
  };
}

function fits(path: string): boolean {
  return Buffer.byteLength(path) <= longestPathBytes;
}
