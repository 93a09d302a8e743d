import { randomBytes } from 'node:crypto';
import { rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { codeOf, type Logger } from '../shared/logger.js';
import { removeTree, type Removal } from './remove-tree.js';

/** Most workspaces are gone by then; nobody waits longer for the rest. */
const patienceMs = 1_000;

/** Removes workspaces: their path is free at once, large ones go in the background. */
export class Removals {
  readonly #logger: Logger;
  readonly #running = new Set<Promise<Removal>>();

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Resolves when the folder is gone, or after a while; its path is free then anyway. Never rejects; logs what resists. */
  async remove(path: string): Promise<Removal> {
    const aside = join(dirname(path), `removed-${randomBytes(6).toString('hex')}`);
    const refused = await rename(path, aside).then(
      () => undefined,
      (error: unknown) => codeOf(error) ?? 'unknown',
    );
    if (refused === 'ENOENT') return { ok: true };
    const removal = this.#run(refused === undefined ? aside : path);
    return Promise.race([removal, delay(patienceMs, { ok: true } as const, { ref: false })]);
  }

  /** Resolves when nothing is being removed any more. */
  async settled(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  #run(path: string): Promise<Removal> {
    const removal = removeTree(path).then((result) => {
      if (!result.ok) this.#logger.error('a workspace could not be removed', { workspace: path, reason: result.reason });
      this.#running.delete(removal);
      return result;
    });
    this.#running.add(removal);
    return removal;
  }
}
