import type { AgentHealth } from '@drover/protocol/agent';
import { crashPoint } from '../crash-points.js';
import type { ControllerLink } from '../link/port.js';
import type { Cancel, Clock } from '../shared/clock.js';
import { messageOf, type Logger } from '../shared/logger.js';
import { isWorthTelling, judgeHealth, type Readings } from './health.js';

/** The machine is looked at this often, and at most so often is its health told. */
const lookMs = 30_000;

export interface HealthWatchPorts {
  readonly link: ControllerLink;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly read: () => Promise<Readings>;
  /** G9: gives up what can be fetched again, when the disk is low; returns how many things that were. */
  readonly makeRoom: () => Promise<number>;
  readonly minimumFreeMb: number;
}

/** Knows how the machine stands and tells the controller of changes. */
export class HealthWatch {
  readonly #ports: HealthWatchPorts;
  #now: AgentHealth;
  #told: AgentHealth | undefined;
  #cancel: Cancel = () => undefined;
  #isClosed = false;

  private constructor(ports: HealthWatchPorts, first: AgentHealth) {
    this.#ports = ports;
    this.#now = first;
  }

  static async open(ports: HealthWatchPorts): Promise<HealthWatch> {
    const watch = new HealthWatch(ports, await judged(ports));
    watch.#schedule();
    return watch;
  }

  /** As last seen. */
  get now(): AgentHealth {
    return this.#now;
  }

  /** The hello has said it. */
  helloSaid(health: AgentHealth): void {
    this.#told = health;
  }

  /** Looks at the machine now, and tells if that is news. */
  async look(): Promise<AgentHealth> {
    this.#now = await judged(this.#ports);
    if (isWorthTelling(this.#told, this.#now)) this.#tell(this.#now);
    return this.#now;
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel();
  }

  #schedule(): void {
    if (this.#isClosed) return;
    this.#cancel = this.#ports.clock.after(lookMs, () => {
      this.look()
        .catch((error: unknown) => this.#ports.logger.error('the health of the machine could not be read', { error: messageOf(error) }))
        .finally(() => this.#schedule());
    });
  }

  #tell(health: AgentHealth): void {
    if (!this.#ports.link.isReady) return;
    if (!health.healthy && this.#told?.healthy !== false)
      this.#ports.logger.warn('unhealthy: nothing new is taken', { reasons: health.reasons });
    this.#told = health;
    crashPoint('agent.health.sending');
    this.#ports.link.send<'health'>({ type: 'health', health }).catch(() => undefined); // the next hello says it
    crashPoint('agent.health.sent');
  }
}

async function judged({ read, makeRoom, minimumFreeMb }: HealthWatchPorts): Promise<AgentHealth> {
  const health = judgeHealth(await read(), minimumFreeMb);
  if (health.freeDiskMb >= minimumFreeMb || (await makeRoom()) === 0) return health;
  return judgeHealth(await read(), minimumFreeMb);
}
