import { join } from 'node:path';
import { asId, type AttemptId } from '@drover/protocol';
import { crashPoint } from '../crash-points.js';
import { machineDisk, type Disk } from '../shared/disk.js';
import { LogFile } from './log-file.js';

const suffix = '.log';

/** The folder of logs that the controller has not acknowledged to their end. */
export class Spool {
  readonly #folder: string;
  readonly #disk: Disk;

  constructor(folder: string, disk: Disk = machineDisk) {
    this.#folder = folder;
    this.#disk = disk;
  }

  async prepare(): Promise<void> {
    await this.#disk.makeFolder(this.#folder);
  }

  create(attemptId: AttemptId, limitBytes: number): Promise<LogFile> {
    return LogFile.create(this.#pathOf(attemptId), limitBytes, this.#disk);
  }

  recover(attemptId: AttemptId): Promise<LogFile> {
    return LogFile.recover(this.#pathOf(attemptId), this.#disk);
  }

  /** Harmless if the log is gone already. */
  async remove(attemptId: AttemptId): Promise<void> {
    await this.#disk.remove(this.#pathOf(attemptId));
    crashPoint('agent.spool.removed');
  }

  /** Removes the logs of attempts that nobody knows of any more. */
  async removeAllBut(keep: ReadonlySet<AttemptId>): Promise<void> {
    const names = await this.#disk.list(this.#folder);
    const strangers = names.filter((name) => name.endsWith(suffix)).map((name) => asId<AttemptId>(name.slice(0, -suffix.length)));
    for (const attemptId of strangers.filter((id) => !keep.has(id))) await this.remove(attemptId);
  }

  #pathOf(attemptId: AttemptId): string {
    return join(this.#folder, `${attemptId}${suffix}`);
  }
}
