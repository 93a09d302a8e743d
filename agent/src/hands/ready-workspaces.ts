import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename } from 'node:path';
import type { PlacesAhead } from '../executors/executor.js';
import { messageOf, type Logger } from '../shared/logger.js';
import { createWorkspace, removeWorkspace } from '../workspaces/workspaces.js';

export interface ReadyWorkspacesParts {
  readonly root: string;
  readonly ahead: PlacesAhead;
  readonly agentMarker: string;
  /** How many attempts the agent runs at once. */
  readonly slots: () => number;
  readonly logger: Logger;
}

/** As many stand ready at most: an attempt that comes while they are made anew waits a little. */
const most = 4;

/** Empty workspaces with their places, made before they are wanted. */
export class ReadyWorkspaces {
  readonly #parts: ReadyWorkspacesParts;
  readonly #ready: string[] = [];
  #filling: Promise<void> | undefined;
  #isClosed = false;

  constructor(parts: ReadyWorkspacesParts) {
    this.#parts = parts;
  }

  /** The path of one that nobody else gets, if one is ready. Who took one calls `fill` when there is time for it. */
  take(): string | undefined {
    for (let path = this.#ready.shift(); path !== undefined; path = this.#ready.shift()) {
      if (existsSync(path)) return path;
      void this.#remove(path).catch(() => undefined); // somebody tidied up, and its place is of no use
    }
    return undefined;
  }

  /** Makes as many as are wanted, one after the other. */
  fill(): void {
    this.#filling ??= this.#fill()
      .catch((error: unknown) => this.#parts.logger.warn('no place could be made ahead', { error: messageOf(error) }))
      .finally(() => (this.#filling = undefined));
  }

  /** Removes them. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#filling;
    await Promise.all(this.#ready.splice(0).map((path) => this.#remove(path)));
  }

  async #fill(): Promise<void> {
    while (!this.#isClosed && this.#ready.length < Math.min(most, this.#parts.slots())) this.#ready.push(await this.#make());
  }

  async #make(): Promise<string> {
    const { root, ahead, agentMarker } = this.#parts;
    const path = await createWorkspace({ root, attemptId: randomBytes(6).toString('hex') });
    try {
      await ahead.prepare({ agentMarker, workspaceHostPath: path });
      return path;
    } catch (error) {
      await this.#remove(path);
      throw error;
    }
  }

  async #remove(path: string): Promise<void> {
    await this.#parts.ahead.discard(path);
    await removeWorkspace(this.#parts.root, basename(path));
  }
}
