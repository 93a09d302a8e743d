import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { syncFolder } from './files.js';
import { codeOf } from './logger.js';

/** An open file. Positions are given with each call, so that calls don't depend on one another. */
export interface DiskFile {
  read(into: Uint8Array, offset: number, length: number, position: number): Promise<{ readonly bytesRead: number }>;
  /** Puts pieces one behind the other; may take fewer bytes than given. */
  writev(pieces: readonly Uint8Array[], position: number): Promise<{ readonly bytesWritten: number }>;
  datasync(): Promise<void>;
  truncate(length: number): Promise<void>;
  close(): Promise<void>;
}

/** What the journal and the spool ask of a file system; a simulation gives them one of its own. */
export interface Disk {
  /** `w`: made empty; `w+`: for reading too; `a+`: for reading what is there, made if it is missing. Readable by its owner only. */
  open(path: string, mode: 'w' | 'w+' | 'a+'): Promise<DiskFile>;
  /** The whole text; empty where there is no such file. */
  readText(path: string): Promise<string>;
  /** Puts a file in the place of another; durable once the folder is synced. */
  rename(from: string, to: string): Promise<void>;
  syncFolder(folder: string): Promise<void>;
  /** Harmless if it is gone already. */
  remove(path: string): Promise<void>;
  list(folder: string): Promise<readonly string[]>;
  /** Harmless if it is there already. */
  makeFolder(path: string): Promise<void>;
}

export const machineDisk: Disk = {
  open: (path, mode) => open(path, mode, 0o600),
  readText: (path) =>
    readFile(path, 'utf8').catch((error: unknown) => {
      if (codeOf(error) === 'ENOENT') return '';
      throw error;
    }),
  rename,
  syncFolder,
  remove: (path) => rm(path, { force: true }),
  list: (folder) => readdir(folder),
  makeFolder: async (path) => void (await mkdir(path, { recursive: true, mode: 0o700 })),
};
