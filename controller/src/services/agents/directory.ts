import type { AgentId, Instant } from '@drover/protocol';
import type { AgentHealth } from '@drover/protocol/agent';
import type { AgentRecord } from '../../domain/agents/agent.js';
import type { Presence } from '../../domain/agents/presence.js';
import type { AgentSettings } from '../../domain/agents/settings.js';
import type { Background } from '../background.js';
import { persist, type Persistence } from '../persist.js';
import type { AgentStore } from '../ports/engine/agents.js';
import type { AgentConnection } from '../ports/engine/link.js';
import type { Monotonic } from '../ports/environment.js';
import type { Signals } from '../ports/signals.js';
import { Serial } from '../serial.js';

export interface LiveSession {
  readonly connection: AgentConnection;
  readonly bootNonce: string;
  readonly epoch: number;
  /** What the answer to its hello said. */
  readonly told: AgentSettings;
}

/** An agent with what its connection tells. */
export interface LiveAgent {
  record: AgentRecord;
  session?: LiveSession;
  draining: boolean;
  sampleOnly: boolean;
  health?: AgentHealth;
  /** When its connection was lost, or the controller began to wait for it; on the monotonic clock. */
  silentSinceMs: number;
  /** Counts changes of what is not in the record, since the record last changed. */
  changes: number;
}

export interface DirectoryPorts extends Persistence {
  readonly agents: AgentStore;
  readonly signals: Signals;
  readonly monotonic: Monotonic;
  readonly background: Background;
  /** It was found to be in the store no more; it is forgotten already. */
  readonly gone: (live: LiveAgent) => void;
}

/** All agents, in memory; each change of a record is written first, one after the other for each agent. */
export class AgentDirectory {
  readonly #ports: DirectoryPorts;
  readonly #agents = new Map<AgentId, LiveAgent>();
  readonly #byToken = new Map<string, AgentId>();
  readonly #serial = new Serial<AgentId>();

  constructor(ports: DirectoryPorts) {
    this.#ports = ports;
  }

  async load(): Promise<void> {
    for (const record of await this.#ports.agents.all()) this.#keep(record);
  }

  /** Reads an agent again: another controller may have written it. */
  refresh(agentId: AgentId): Promise<void> {
    return this.#serial.run(agentId, async () => {
      const stored = await this.#ports.agents.read(agentId);
      if (stored !== undefined) this.#keep(stored);
      else this.#lost(agentId);
    });
  }

  get(agentId: AgentId): LiveAgent | undefined {
    return this.#agents.get(agentId);
  }

  byTokenHash(hash: string): AgentId | undefined {
    return this.#byToken.get(hash);
  }

  all(): Iterable<LiveAgent> {
    return this.#agents.values();
  }

  get size(): number {
    return this.#agents.size;
  }

  /** Adds a new agent. */
  async add(record: AgentRecord): Promise<'inserted' | 'nameTaken'> {
    const answer = await this.#ports.agents.insert(record);
    if (answer === 'inserted') this.#announce(this.#keep(record));
    return answer;
  }

  /** Writes what `edit` makes of the record; undefined from it leaves the record as it is. */
  change(agentId: AgentId, edit: (record: AgentRecord) => AgentRecord | undefined): Promise<LiveAgent | 'gone' | 'nameTaken'> {
    return this.#serial.run(agentId, () => persist('change agent', this.#ports, () => this.#change(agentId, edit)));
  }

  /** Rejects when the store refuses: the agent stays, unless the store is found to have done it all the same. */
  async remove(agentId: AgentId): Promise<void> {
    const { agents, background } = this.#ports;
    await this.#serial.run(agentId, async () => {
      try {
        await agents.remove(agentId);
      } catch (error) {
        background.run('look whether an agent was removed', () =>
          persist('look whether an agent was removed', this.#ports, () => this.refresh(agentId)),
        );
        throw error;
      }
      this.#forget(agentId);
    });
  }

  presenceOf(live: LiveAgent): Presence {
    return {
      connected: live.session !== undefined,
      draining: live.draining,
      sampleOnly: live.sampleOnly,
      ...(live.health === undefined ? {} : { health: live.health }),
    };
  }

  /** Since when it is not connected, `now` if it is; at the latest since this controller began to wait for it. */
  awaySince(agentId: AgentId, now: Instant): Instant {
    const live = this.#agents.get(agentId);
    if (live === undefined || live.session !== undefined) return now;
    return live.record.disconnectedAt ?? now - Math.round(this.#ports.monotonic.elapsedMs() - live.silentSinceMs);
  }

  /** Tells of a change that is in memory only. */
  touched(live: LiveAgent): void {
    live.changes += 1;
    this.#announce(live);
  }

  async #change(agentId: AgentId, edit: (record: AgentRecord) => AgentRecord | undefined): Promise<LiveAgent | 'gone' | 'nameTaken'> {
    for (;;) {
      const live = this.#agents.get(agentId);
      if (live === undefined) return 'gone';
      const edited = edit(live.record);
      if (edited === undefined) return live;
      const next: AgentRecord = { ...edited, revision: live.record.revision + 1 };
      const answer = await this.#ports.agents.replace(next);
      if (answer === 'nameTaken') return 'nameTaken';
      if (answer === 'written') {
        this.#announce(this.#keep(next));
        return live;
      }
      const stored = await this.#ports.agents.read(agentId);
      if (stored === undefined) {
        this.#lost(agentId);
        return 'gone';
      }
      this.#keep(stored);
    }
  }

  #lost(agentId: AgentId): void {
    const live = this.#agents.get(agentId);
    if (live === undefined) return;
    this.#forget(agentId);
    this.#ports.gone(live);
  }

  #forget(agentId: AgentId): void {
    const live = this.#agents.get(agentId);
    if (live === undefined) return;
    this.#byToken.delete(live.record.tokenHash);
    this.#agents.delete(agentId);
    const { projectId } = live.record;
    this.#ports.signals.publish({ type: 'agentGone', agentId, ...(projectId === undefined ? {} : { projectId }) });
    this.#ports.signals.publish({ type: 'farmChanged' });
  }

  #keep(record: AgentRecord): LiveAgent {
    const known = this.#agents.get(record._id);
    if (known !== undefined) {
      this.#byToken.delete(known.record.tokenHash);
      known.record = record;
      known.changes = 0;
    }
    const live = known ?? { record, draining: false, sampleOnly: false, silentSinceMs: this.#ports.monotonic.elapsedMs(), changes: 0 };
    this.#agents.set(record._id, live);
    this.#byToken.set(record.tokenHash, record._id);
    return live;
  }

  #announce(live: LiveAgent): void {
    this.#ports.signals.publish({ type: 'agentChanged', agentId: live.record._id });
    this.#ports.signals.publish({ type: 'farmChanged' });
  }
}
