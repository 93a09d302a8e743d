import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
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
  /** Whether a slot is free; the next attempt takes one that is. */
  readonly isFree: (slot: number) => boolean;
}

/** As many stand ready at most: an attempt that comes while they are made again waits a little. */
const most = 4;

/** Empty workspaces with their places, made before they are wanted: one for a slot at most. */
export class ReadyWorkspaces {
  readonly #parts: ReadyWorkspacesParts;
  readonly #ready = new Map<number, string>();
  #filling: Promise<void> | undefined;
  #isClosed = false;

  constructor(parts: ReadyWorkspacesParts) {
    this.#parts = parts;
  }

  /** The slots for which one is ready, lowest first. */
  get slots(): readonly number[] {
    return [...this.#ready.keys()].toSorted((a, b) => a - b);
  }

  /** The path of the one of a slot, if it is ready; nobody else gets it. Call `fill` afterwards, when there is time for it. */
  take(slot: number): string | undefined {
    const path = this.#ready.get(slot);
    this.#ready.delete(slot);
    if (path === undefined || existsSync(path)) return path;
    void this.#remove(path).catch(() => undefined); // somebody tidied up, and its place is of no use
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
    const left = [...this.#ready.values()];
    this.#ready.clear();
    await Promise.all(left.map((path) => this.#remove(path)));
  }

  async #fill(): Promise<void> {
    for (let slot = this.#next(); slot !== undefined && !this.#isClosed; slot = this.#next()) this.#ready.set(slot, await this.#make(slot));
  }

  /** Free slots come first: the next attempt takes one. */
  #next(): number | undefined {
    const { slots, isFree } = this.#parts;
    if (this.#ready.size >= Math.min(most, slots())) return undefined;
    const missing = Array.from({ length: slots() }, (_, index) => index + 1).filter((slot) => !this.#ready.has(slot));
    return missing.find(isFree) ?? missing[0];
  }

  async #make(slot: number): Promise<string> {
    const { root, ahead, agentMarker } = this.#parts;
    const path = await createWorkspace({ root, attemptId: randomBytes(6).toString('hex') });
    try {
      await ahead.prepare({ agentMarker, workspaceHostPath: path, workspaceSeenAt: join(root, String(slot)) });
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
