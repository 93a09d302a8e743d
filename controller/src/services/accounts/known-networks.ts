import type { Instant } from '@drover/protocol';
import type { Clock, Log } from '../ports/environment.js';
import type { NetworkStore } from '../ports/stores/accounts.js';
import { LastUsed } from './last-used.js';

export interface KnownNetworksPorts {
  readonly networks: NetworkStore;
  readonly clock: Clock;
  readonly log: Log;
}

/** Networks kept in mind. */
const mostNetworks = 10_000;
/** A network is noted again when its note is older: not every sign-in is a write. */
const noteAgainMs = 86_400_000;

/** A5: networks from which somebody signed in, those used last. The store keeps them, so that a flood right after a restart does not find everyone a stranger. */
export class KnownNetworks {
  readonly #ports: KnownNetworksPorts;
  readonly #known = new LastUsed<string>(mostNetworks);
  readonly #notedAt = new Map<string, Instant>();
  #loading: Promise<void> | undefined;

  constructor(ports: KnownNetworksPorts) {
    this.#ports = ports;
  }

  /** Reads the notes before the first answer; while that fails, only networks of this start are known. */
  async has(network: string): Promise<boolean> {
    if (this.#known.has(network)) return true;
    await (this.#loading ??= this.#load());
    return this.#known.has(network);
  }

  /** A note that cannot be written is no reason to refuse a sign-in. */
  async add(network: string): Promise<void> {
    const { networks, clock, log } = this.#ports;
    const now = clock.now();
    this.#known.add(network);
    if (now - (this.#notedAt.get(network) ?? -Infinity) < noteAgainMs) return;
    await networks.note(network, now).then(
      () => this.#noted(network, now),
      (error: unknown) => log.warn('a network that people sign in from was not noted', { error }),
    );
  }

  async #load(): Promise<void> {
    const { networks, log } = this.#ports;
    try {
      for (const { network, at } of (await networks.newest(mostNetworks)).toReversed()) {
        if (!this.#known.has(network)) this.#known.add(network);
        this.#noted(network, at);
      }
    } catch (error) {
      this.#loading = undefined;
      log.warn('the networks that people sign in from could not be read', { error });
    }
  }

  #noted(network: string, at: Instant): void {
    if (this.#notedAt.size >= mostNetworks) this.#notedAt.clear(); // at worst they are noted once more
    this.#notedAt.set(network, at);
  }
}
