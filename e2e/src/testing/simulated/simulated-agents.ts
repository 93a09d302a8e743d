import type { AttemptId } from '@drover/protocol';
import { protocolVersion } from '@drover/protocol';
import { agentRegisterPath, type AgentRegistered } from '@drover/protocol/agent';
import type { Farm } from '../farm.js';
import { SimulatedAgent, type Play } from './simulated-agent.js';
import { simulatedFacts } from './simulated-machine.js';

/** A controller that hundreds of agents register with from one machine has to be started with this: it limits registrations by address. */
export const manyRegistrations: NodeJS.ProcessEnv = { DROVER_TRUSTED_PROXIES: 'loopback' };

/** So many registrations are under way at once. */
const atOnce = 32;
let fleets = 0;

export interface FleetOptions {
  readonly count: number;
  readonly slots?: number;
  readonly labels?: readonly string[];
  /** What they make of an attempt; by default it ends well at once and prints nothing. */
  readonly play?: Play | ((attemptId: AttemptId) => Play);
}

/** Hundreds of agents in this process, each with a connection of its own to a real controller. */
export class SimulatedAgents {
  /** How often each attempt was begun: never more than once. */
  readonly begun = new Map<AttemptId, number>();
  readonly #agents: readonly SimulatedAgent[];
  readonly #listeners = new Set<() => void>();

  private constructor(farm: Farm, { slots, play }: Required<Pick<FleetOptions, 'slots' | 'play'>>, identities: readonly AgentRegistered[]) {
    const begin = (attemptId: AttemptId): Play => {
      this.begun.set(attemptId, (this.begun.get(attemptId) ?? 0) + 1);
      return typeof play === 'function' ? play(attemptId) : play;
    };
    const shared = {
      url: farm.url,
      slots,
      play: ({ attemptId }: { attemptId: AttemptId }) => begin(attemptId),
      onReady: () => this.#tell(),
    };
    this.#agents = identities.map(({ name, token }) => new SimulatedAgent({ ...shared, name, token }));
  }

  /** Registers them with the farm, whose controller was started with `manyRegistrations`. Doesn't connect them. */
  static async register(farm: Farm, { count, slots = 1, labels = [], play = {} }: FleetOptions): Promise<SimulatedAgents> {
    fleets += 1;
    const prefix = `simulated-${fleets}`;
    const { secret } = await farm.api.post<{ secret: string }>('/registration-tokens', { name: prefix, uses: count, expiresInHours: 1 });
    const identities: AgentRegistered[] = [];
    let next = 0;
    const register = async (): Promise<void> => {
      while (next < count) {
        next += 1;
        identities.push(await registerOne(farm, next, { token: secret, name: `${prefix}-${next}`, labels: [...labels], slots }));
      }
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, count) }, register));
    return new SimulatedAgents(farm, { slots, play }, identities);
  }

  /** Connects all; resolves once the controller has welcomed each. */
  async connect(limitMs?: number): Promise<void> {
    for (const { link } of this.#agents) link.open();
    await this.allReady(limitMs);
  }

  get ready(): number {
    return this.#agents.filter(({ link }) => link.isReady).length;
  }

  get messages(): { readonly sent: number; readonly heard: number } {
    return {
      sent: this.#agents.reduce((sum, { link }) => sum + link.messagesSent, 0),
      heard: this.#agents.reduce((sum, { link }) => sum + link.messagesHeard, 0),
    };
  }

  /** Resolves once every one of them is connected and welcomed. */
  allReady(limitMs = 60_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (this.ready < this.#agents.length) return;
        leave();
        resolve();
      };
      const timer = setTimeout(() => {
        leave();
        reject(new Error(`${this.ready} of ${this.#agents.length} simulated agents were ready after ${limitMs} ms; ${this.#faults()}`));
      }, limitMs);
      const leave = (): void => {
        clearTimeout(timer);
        this.#listeners.delete(look);
      };
      this.#listeners.add(look);
      look();
    });
  }

  /** Cuts all connections; they come back by themselves. */
  cut(): void {
    for (const { link } of this.#agents) link.cut();
  }

  close(): void {
    for (const agent of this.#agents) agent.close();
  }

  #tell(): void {
    for (const look of this.#listeners) look();
  }

  #faults(): string {
    const faults = this.#agents.filter(({ link }) => !link.isReady).map(({ link }) => link.lastFault);
    return [...new Set(faults)].slice(0, 5).join('; ');
  }
}

async function registerOne(
  farm: Farm,
  place: number,
  body: { readonly token: string; readonly name: string; readonly labels: readonly string[]; readonly slots: number },
): Promise<AgentRegistered> {
  const response = await fetch(`${farm.url}${agentRegisterPath}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-forwarded-for': `10.9.${place >> 8}.${place & 255}` },
    body: JSON.stringify({ ...body, protocolVersion, facts: simulatedFacts }),
  });
  if (!response.ok) throw new Error(`${body.name} could not be registered: ${response.status} ${await response.text()}`);
  return (await response.json()) as AgentRegistered;
}
