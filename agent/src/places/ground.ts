import { spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { setPriority } from 'node:os';
import { Socket } from 'node:net';
import { readiness } from '../processes/holder.js';
import { innerMap, mapIds, type TaskIds } from '../processes/task-ids.js';
import { viewVariables, type TaskView } from '../processes/task-view.js';
import { awaitIdsScript, groundScript, onlyLanesScript, placeScript, serveScript } from './ground-scripts.js';
import type { Hiding } from './hiding.js';
import { messageOf } from '../shared/logger.js';
import { createLane, type Lane } from './lane.js';
import { mountTable } from './mount-table.js';
import { Place } from './place.js';
import type { GroundPrograms } from './programs.js';

/** As many places stand on a ground at once; more get a further ground. */
const laneCount = 12;
/** Below it the scripts have descriptors of their own. */
const firstLane = 10;
/** A machine that takes longer has no process left to give, or a mount of it hangs. */
const makeMs = 30_000;
/** Below the agent itself, so that its heartbeat does not wait for tasks. */
const taskPriority = 5;

/** What an agent that is root has beside: what its tasks see of the machine, and the ids that they may have beside that of root. */
export interface RootGround {
  readonly view?: TaskView | undefined;
  readonly ids?: TaskIds | undefined;
}

/**
 * User and mount namespaces in which everything that does not depend on an attempt is done: paths are hidden and, for an
 * agent that is root, the machine is closed to tasks. A shell in them begins places on request, which costs a fraction of
 * what the agent itself would pay for it. It reads from a pipe that only the agent keeps, and takes all places with it.
 */
export class Ground {
  readonly hiding: Hiding;
  readonly ids: TaskIds | undefined;
  readonly #child: ChildProcess;
  readonly #free: Lane[];
  readonly #places = new Set<Place>();
  #isOver = false;
  #isRetired = false;

  private constructor(hiding: Hiding, child: ChildProcess, ids: TaskIds | undefined) {
    this.hiding = hiding;
    this.ids = ids;
    this.#child = child;
    const sockets = child.stdio.slice(firstLane).filter((stream) => stream instanceof Socket);
    this.#free = sockets.map((socket, index) => createLane(firstLane + index, socket));
    for (const stream of child.stdio) if (stream instanceof Socket) stream.unref();
    child.unref();
    child.once('exit', () => this.#ended());
  }

  /** Rejects with the reason where the system doesn't let it be made. */
  static async make(programs: GroundPrograms, hiding: Hiding, root: RootGround = {}): Promise<Ground> {
    const child = startGround(programs, hiding, root);
    await readiness(child);
    if (root.ids !== undefined) await giveIds(child, root.ids);
    return new Ground(hiding, child, root.ids);
  }

  get hasRoom(): boolean {
    return !this.#isOver && !this.#isRetired && this.#free.length > 0;
  }

  /** A place with the workspace of this name, which steps see as `seen`; the mark is in the environment of its own processes. */
  async place({ name, seen, mark }: { readonly name: string; readonly seen: string; readonly mark: string }): Promise<Place> {
    const lane = this.#free.pop();
    if (lane === undefined || this.#isOver) throw new Error('the ground has no room for a place');
    lane.hold(true);
    const place = new Place(lane);
    this.#places.add(place);
    const late = setTimeout(() => void place.close(), makeMs);
    try {
      this.#child.stdin?.write(`${lane.number} ${name} ${seen} ${mark}\n`);
      await place.made;
      return place;
    } catch (error) {
      await this.leave(place);
      throw error;
    } finally {
      clearTimeout(late);
      lane.hold(false);
    }
  }

  /** Ends a place of this ground. Its lane is used again unless something unread may be left in it. */
  async leave(place: Place): Promise<void> {
    const mayHoldRest = place.isBusy || place.isOver;
    await place.close();
    if (!this.#places.delete(place)) return;
    if (!mayHoldRest) void place.silent.then(() => this.#free.push(place.lane));
    this.#closeIfUnused();
  }

  /** Nothing new is made on it; it ends with its last place. */
  retire(): void {
    this.#isRetired = true;
    this.#closeIfUnused();
  }

  #closeIfUnused(): void {
    if (this.#isRetired && this.#places.size === 0) this.#child.stdin?.destroy();
  }

  #ended(): void {
    this.#isOver = true;
    for (const place of this.#places) void place.close();
  }
}

/** The child waits for them: only from outside can a user namespace be given more than one. */
async function giveIds(child: ChildProcess, ids: TaskIds): Promise<void> {
  try {
    mapIds(child.pid ?? 0, ids);
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`the namespaces could not be made: ${messageOf(error)}`, { cause: error });
  }
  child.stdin?.write('\n');
  await readiness(child);
}

function startGround({ bash, unshare, ...others }: GroundPrograms, hiding: Hiding, { view, ids }: RootGround): ChildProcess {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  const shell = [bash, '--norc', '-p', '-c'];
  // what is mounted later is seen by the tasks of an ordinary user; a closed machine stays as it was closed
  const propagation = uid === 0 ? 'private' : 'slave';
  const [program = '', ...args] = [
    ...[...shell, onlyLanesScript, 'drover-ground', String(firstLane + laneCount)],
    ...[unshare, '--user', ...(ids === undefined ? ['--map-root-user'] : []), '--mount', '--propagation', propagation],
    ...(ids === undefined ? [] : [...shell, awaitIdsScript, 'drover-ground']),
    ...[...shell, groundScript(uid === 0), 'drover-ground', hiding.root, hiding.around, hiding.behind, ...hiding.paths],
  ];
  const child = spawn(program, args, {
    env: {
      PATH: process.env['PATH'] ?? '',
      ...viewVariables(view),
      drover_bash: bash,
      drover_unshare: unshare,
      drover_nsenter: others.nsenter,
      drover_mount: others.mount,
      drover_stty: others.stty,
      drover_pts: uid === 0 ? others.mount : '',
      drover_uid: String(uid),
      drover_gid: String(gid),
      drover_ids: ids === undefined ? '' : innerMap(ids),
      drover_mounts: mountTable(hiding, { isRoot: uid === 0, word: randomBytes(4).toString('hex') }),
      drover_place: placeScript,
      drover_serve: serveScript,
    },
    cwd: '/',
    detached: true,
    stdio: Array.from({ length: firstLane + laneCount }, (_, index) => (index < 3 || index >= firstLane ? 'pipe' : 'ignore')),
  });
  if (child.pid !== undefined) lowerPriority(child.pid);
  return child;
}

function lowerPriority(pid: number): void {
  try {
    setPriority(pid, taskPriority);
  } catch {
    // it ended already, which is told elsewhere
  }
}
