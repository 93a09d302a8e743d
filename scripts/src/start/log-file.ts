import { appendFileSync, existsSync, renameSync, statSync } from 'node:fs';

export interface LogFile {
  write(from: string, line: string): void;
}

/** Past this size the file is put aside as `.1` and a new one begins, so that a farm that runs for months fills no disk. */
const limitBytes = 20_000_000;
const checkEvery = 1_000;

/** Appends the lines of the farm's programs to one file. */
export function openLogFile(path: string): LogFile {
  let written = 0;
  return {
    write(from, line) {
      written += 1;
      if (written % checkEvery === 1 && existsSync(path) && statSync(path).size > limitBytes) renameSync(path, `${path}.1`);
      appendFileSync(path, `${from}  ${line}\n`, { mode: 0o600 });
    },
  };
}
