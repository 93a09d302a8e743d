import { basename, dirname } from 'node:path';
import { canBeNamed, hidingFor, mostTries, type Hiding } from './hiding.js';
import { enterWithIdsScript } from './enter-script.js';
import { Ground, type RootGround } from './ground.js';
import type { Place } from './place.js';
import { groundPrograms, type GroundPrograms } from './programs.js';
import type { Quarters } from './quarters.js';
import { innerMap, type TaskIds } from '../processes/task-ids.js';
import type { TaskView } from '../processes/task-view.js';

export interface PlaceWanted {
  readonly workspace: string;
  /** Where steps are to see it, beside its real place; only a place in which the workspaces are hidden can do that. */
  readonly seenAt?: string;
  /** In the environment of the place's own processes. */
  readonly mark: string;
}

interface Ready {
  readonly ground: Ground;
  readonly place: Place;
  readonly workspace: string;
}

export interface PlacesOptions {
  readonly programs?: (() => GroundPrograms | undefined) | undefined;
  /** What tasks see of the machine, for an agent that is root. */
  readonly view?: (() => TaskView) | undefined;
  /** Which ids they may have beside that of root, for the same. */
  readonly ids?: TaskIds | undefined;
}

/** Makes places, ahead of their use too, and the grounds that they stand on. */
export class Places {
  readonly #hidePaths: () => readonly string[];
  readonly #programs: () => GroundPrograms | undefined;
  readonly #root: () => RootGround;
  readonly #ready = new Map<string, Promise<Ready>>();
  #ground: Promise<Ground> | undefined;
  #hiding: Hiding | undefined;
  /** The folder of the workspaces that the ground in use was made for. */
  #folder: string | undefined;

  constructor(hidePaths: () => readonly string[], { programs = groundPrograms, view, ids }: PlacesOptions = {}) {
    this.#hidePaths = hidePaths;
    this.#programs = programs;
    this.#root = () => ({ view: view?.(), ids });
  }

  /**
   * Makes the place of a workspace before it is wanted, if it can be made here. Rejects where that fails. The ground in use
   * serves without another look at what is to be hidden: the taker of the place has to look anyway.
   */
  async prepare(wanted: PlaceWanted): Promise<Place | undefined> {
    const means = this.#meansInUse(wanted.workspace) ?? this.#meansFor(wanted.workspace);
    if (means === undefined) return undefined;
    const made = this.#make(means, wanted);
    this.#ready.set(wanted.workspace, made);
    made.catch(() => this.#ready.delete(wanted.workspace));
    return (await made).place;
  }

  /**
   * The place of a workspace: the one made ahead if it stands and hides what is to be hidden now, else a new one.
   * Undefined where it has to be made in another way. Rejects with the reason where the system doesn't let it be made.
   */
  async take(wanted: PlaceWanted): Promise<Quarters | undefined> {
    let made = await this.#takeReady(wanted.workspace);
    for (let tries = 0; ; tries += 1) {
      const means = this.#meansFor(wanted.workspace); // after it was made: another program may note its folder meanwhile
      if (made !== undefined && means !== undefined && made.ground.hiding.key === means.hiding.key && !made.place.isOver)
        return quarters(means.programs, made);
      await made?.ground.leave(made.place);
      if (means === undefined) return undefined;
      if (tries === mostTries) throw new Error('what is to be hidden changed again and again while the place was made');
      made = await this.#make(means, wanted);
    }
  }

  /** Ends a place that was made ahead and is not wanted. */
  async discard(workspace: string): Promise<void> {
    const ahead = await this.#takeReady(workspace);
    await ahead?.ground.leave(ahead.place);
  }

  /** Ends everything that no attempt has taken. */
  async close(): Promise<void> {
    await Promise.all([...this.#ready.keys()].map((workspace) => this.discard(workspace)));
    const ground = await this.#ground?.catch(() => undefined);
    this.#ground = undefined;
    ground?.retire();
  }

  async #takeReady(workspace: string): Promise<Ready | undefined> {
    const made = this.#ready.get(workspace);
    this.#ready.delete(workspace);
    return made?.catch(() => undefined);
  }

  #meansInUse(workspace: string): Means | undefined {
    const programs = this.#programs();
    if (programs === undefined || this.#hiding === undefined || this.#folder !== dirname(workspace)) return undefined;
    return canBeNamed(workspace) ? { programs, hiding: this.#hiding } : undefined;
  }

  #meansFor(workspace: string): Means | undefined {
    const programs = this.#programs();
    const hiding = programs && hidingFor(workspace, this.#hidePaths());
    return programs && hiding && { programs, hiding };
  }

  /** On the ground that is in use, unless something else is to be hidden by now or it is full. */
  async #make({ programs, hiding }: Means, { workspace, seenAt = workspace, mark }: PlaceWanted): Promise<Ready> {
    for (;;) {
      if (this.#ground === undefined || this.#hiding?.key !== hiding.key) {
        this.#retire(this.#ground);
        this.#hiding = hidingFor(workspace, this.#hidePaths()) ?? hiding; // what was seen may be as old as the last ground
        this.#folder = dirname(workspace);
        this.#ground = Ground.make(programs, this.#hiding, this.#root());
      }
      const current = this.#ground;
      try {
        const ground = await current;
        if (ground.hasRoom) {
          const place = await ground.place({ name: basename(workspace), seen: basename(seenAt), mark });
          return { ground, place, workspace: hiding.around === '' ? workspace : seenAt };
        }
      } catch (error) {
        this.#retire(current);
        if (this.#ground === current) this.#ground = undefined;
        throw error;
      }
      if (this.#ground === current) {
        this.#retire(current);
        this.#ground = undefined;
      }
    }
  }

  #retire(ground: Promise<Ground> | undefined): void {
    void ground?.then((made) => made.retire()).catch(() => undefined);
  }
}

interface Means {
  readonly programs: GroundPrograms;
  readonly hiding: Hiding;
}

function quarters({ nsenter, unshare, bash }: GroundPrograms, { ground, place, workspace }: Ready): Quarters {
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  const { ids } = ground;
  const inner =
    ids === undefined
      ? [unshare, '--user', `--map-user=${uid}`, `--map-group=${gid}`, '--mount', '--']
      : [bash, '--norc', '-p', '-c', enterWithIdsScript, 'drover-enter', innerMap(ids), bash, unshare];
  return {
    workspace,
    keepers: place.keepers,
    pidNamespace: place.pidNamespace,
    enter: [...[nsenter, '--target', String(place.init), '--user', '--mount', '--pid', '--preserve-credentials', '--'], ...inner],
    place,
    close: () => ground.leave(place),
  };
}
