import { rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { AgentConfig } from '../config.js';
import type { Logger } from '../shared/logger.js';
import { Removals } from '../workspaces/removals.js';
import { createWorkspace, sweepWorkspaces } from '../workspaces/workspaces.js';
import type { Abilities } from './abilities.js';
import { ReadyWorkspaces } from './ready-workspaces.js';
import { Slots } from './slots.js';

export interface AttemptWorkspacesParts {
  readonly config: Pick<AgentConfig, 'dataFolder'>;
  /** Names this agent on this machine. */
  readonly marker: string;
  readonly abilities: Pick<Abilities, 'shell' | 'isolation' | 'taskUser'>;
  readonly logger: Logger;
  /** How many attempts may run at once. */
  readonly slots: () => number;
}

/** An empty folder for one attempt. */
export interface AttemptWorkspace {
  readonly hostPath: string;
  /** Where steps on the machine itself are to see it. */
  readonly seenAt: string | undefined;
  readonly slot: number | undefined;
}

/**
 * Workspaces of attempts. Steps on the machine itself see theirs at the path of their slot, `workspaces/1` and so on. In
 * namespaces that is another view of a folder with a name of its own, which can be made ahead; a link of the slot's name
 * leads to it, so that the agent can follow absolute links of a task. Elsewhere the folder itself lies there.
 */
export class AttemptWorkspaces {
  readonly #parts: AttemptWorkspacesParts;
  readonly #root: string;
  readonly #slots = new Slots();
  readonly #removals: Removals;
  readonly #ready: ReadyWorkspaces | undefined;

  constructor(parts: AttemptWorkspacesParts) {
    this.#parts = parts;
    this.#root = join(parts.config.dataFolder, 'workspaces');
    this.#removals = new Removals(parts.logger);
    this.#ready = this.#whereWorthIt();
  }

  /** Makes ready what the next attempts will want. */
  fill(): void {
    this.#ready?.fill();
  }

  async take(executor: 'shell' | 'docker', attemptId: string): Promise<AttemptWorkspace> {
    if (executor === 'docker') return { hostPath: await this.#make(attemptId), seenAt: undefined, slot: undefined };
    const slot = this.#slots.take(this.#ready?.slots);
    try {
      return { ...(await this.#takeOf(slot, attemptId)), slot };
    } catch (error) {
      this.#slots.release(slot);
      throw error;
    }
  }

  /** Call it once, when nothing of the attempt runs any more. Never rejects. */
  async drop({ hostPath, seenAt, slot }: AttemptWorkspace): Promise<void> {
    if (seenAt !== undefined) await rm(seenAt, { force: true }).catch(() => undefined); // the next one of the slot replaces it
    await this.#removals.remove(hostPath);
    if (slot !== undefined) this.#slots.release(slot);
  }

  /** Removes what earlier processes of the agent left. Says what. */
  async sweep(keep: ReadonlySet<string>, now: number): Promise<readonly string[]> {
    const { removed } = await sweepWorkspaces({ root: this.#root, active: keep, now, remove: (path) => this.#removals.remove(path) });
    return removed;
  }

  async close(): Promise<void> {
    await this.#ready?.close();
    await this.#removals.settled();
  }

  async #takeOf(slot: number, attemptId: string): Promise<Omit<AttemptWorkspace, 'slot'>> {
    if (this.#parts.abilities.isolation !== 'namespaces') return { hostPath: await this.#make(String(slot)), seenAt: undefined };
    const hostPath = this.#ready?.take(slot) ?? (await this.#make(attemptId));
    const seenAt = join(this.#root, String(slot));
    await this.#removals.remove(seenAt);
    await symlink(hostPath, seenAt);
    return { hostPath, seenAt };
  }

  #make(name: string): Promise<string> {
    const { isolation, taskUser } = this.#parts.abilities;
    const owner = isolation === 'separateUser' ? taskUser : undefined;
    return createWorkspace({
      root: this.#root,
      attemptId: name,
      remove: (path) => this.#removals.remove(path),
      ...(owner ? { owner } : {}),
    });
  }

  /** Only namespaces are worth being made ahead. */
  #whereWorthIt(): ReadyWorkspaces | undefined {
    const { abilities, marker, logger, slots } = this.#parts;
    const ahead = abilities.shell?.ahead;
    if (ahead === undefined || abilities.isolation !== 'namespaces') return undefined;
    return new ReadyWorkspaces({
      root: this.#root,
      ahead,
      agentMarker: marker,
      slots,
      logger,
      isFree: (slot) => this.#slots.isFree(slot),
    });
  }
}
