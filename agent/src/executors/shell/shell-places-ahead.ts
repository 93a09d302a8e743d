import { basename } from 'node:path';
import { attemptMark, type OpenAttempt, type PlacesAhead } from '../executor.js';
import type { PtyOutput } from '../terminal/pty.js';
import { openUsualPty } from './shell-step.js';
import type { Place } from '../../places/place.js';
import type { Places } from '../../places/places.js';
import { removeGroups } from '../../processes/attempt-processes.js';
import { groupName, joinGroups, type AttemptGroups } from '../../processes/cgroups.js';

/** What waits with a place that was made ahead. */
export interface Belongings {
  /** Joined already: that is what takes longest. */
  readonly groups: readonly string[];
  readonly terminal: PtyOutput;
}

/** Places of the shell executor made before they are wanted, each with its control groups and a terminal. */
export class ShellPlacesAhead implements PlacesAhead {
  readonly #places: Places;
  readonly #groups: AttemptGroups;
  readonly #belongings = new Map<Place, Belongings>();
  readonly #removals = new Set<Promise<void>>();

  constructor(places: Places, groups: AttemptGroups) {
    this.#places = places;
    this.#groups = groups;
  }

  async prepare({
    agentMarker,
    workspaceHostPath,
    workspaceSeenAt = workspaceHostPath,
  }: Pick<OpenAttempt, 'agentMarker' | 'workspaceHostPath' | 'workspaceSeenAt'>): Promise<void> {
    const place = await this.#places.prepare({
      workspace: workspaceHostPath,
      seenAt: workspaceSeenAt,
      mark: attemptMark(agentMarker, 'ready'),
    });
    if (place === undefined) return;
    const terminal = openUsualPty(); // may fail, and is to leave nothing behind then
    const groups = this.#groups.createEffective(groupName(agentMarker, `ready-${basename(workspaceHostPath)}`));
    this.#belongings.set(place, { groups, terminal });
    void place.over.then(() => this.#remove(place));
    await joinGroups(groups, place.init); // before the process of the first step, which is in them, too
    place.readyTerminal(terminal.path);
  }

  async discard(workspaceHostPath: string): Promise<void> {
    await this.#places.discard(workspaceHostPath);
    await Promise.all(this.#removals);
  }

  /** What belongs to a place, which is its attempt's from now on. */
  belongingsOf(place: Place): Belongings | undefined {
    const belongings = this.#belongings.get(place);
    this.#belongings.delete(place);
    return belongings;
  }

  #remove(place: Place): void {
    const { groups = [], terminal } = this.belongingsOf(place) ?? {};
    terminal?.discard();
    const removal = removeGroups(groups).finally(() => this.#removals.delete(removal));
    this.#removals.add(removal);
  }
}
