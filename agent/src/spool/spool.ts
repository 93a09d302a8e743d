import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { asId, type AttemptId } from '@drover/protocol';
import { crashPoint } from '../crash-points.js';
import { LogFile } from './log-file.js';

const suffix = '.log';

/** The folder of logs that the controller has not acknowledged to their end. */
export class Spool {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async prepare(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
  }

  create(attemptId: AttemptId, limitBytes: number): Promise<LogFile> {
    return LogFile.create(this.#pathOf(attemptId), limitBytes);
  }

  recover(attemptId: AttemptId): Promise<LogFile> {
    return LogFile.recover(this.#pathOf(attemptId));
  }

  /** Harmless if the log is gone already. */
  async remove(attemptId: AttemptId): Promise<void> {
    await rm(this.#pathOf(attemptId), { force: true });
    crashPoint('agent.spool.removed');
  }

  /** Removes the logs of attempts that nobody knows of any more. */
  async removeAllBut(keep: ReadonlySet<AttemptId>): Promise<void> {
    const names = await readdir(this.#folder);
    const strangers = names.filter((name) => name.endsWith(suffix)).map((name) => asId<AttemptId>(name.slice(0, -suffix.length)));
    for (const attemptId of strangers.filter((id) => !keep.has(id))) await this.remove(attemptId);
  }

  #pathOf(attemptId: AttemptId): string {
    return join(this.#folder, `${attemptId}${suffix}`);
  }
}
