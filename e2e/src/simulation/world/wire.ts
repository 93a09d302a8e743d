import type { LinkSocket } from '@drover/agent/simulated';
import type { AgentSession, Answer } from '@drover/controller/simulated';
import type { AgentMessage, ControllerMessage } from '@drover/protocol/agent';
import { linkTimings } from '@drover/protocol/agent';
import type { ControllerNode } from './controller-node.js';
import type { Life } from './time/life.js';
import type { Cancel } from './time/scheduler.js';
import { short } from './time/trace.js';
import { Way } from './way.js';
import type { World } from './world.js';

/** As the agent's socket has it (`agent/src/link/socket.ts`). */
const connectMs = 10_000;

type Listener = (...args: unknown[]) => void;

export interface WireParts {
  readonly world: World;
  readonly agentName: string;
  readonly token: string;
  /** The agent's process. */
  readonly life: Life;
  /** The controller that a connection of now leads to; undefined: none answers. */
  readonly route: () => ControllerNode | undefined;
  readonly watch: WireWatcher;
}

/** Told of what the two ends promise each other. */
export interface WireWatcher {
  answered(wire: Wire, message: AgentMessage, answer: Answer): void;
  /** A sign of life went from the controller to the agent. */
  heard(wire: Wire): void;
  /** A controller serves it. */
  served(wire: Wire): void;
  /** Neither end has it any more. */
  over(wire: Wire): void;
}

/** One connection between an agent and a controller, as a socket of socket.io looks from the agent's end. */
export class Wire implements LinkSocket {
  connected = false;
  readonly io: LinkSocket['io'];
  readonly agentName: string;
  controller: ControllerNode | undefined;
  readonly #parts: WireParts;
  readonly #world: World;
  readonly #way: Way;
  #listeners = new Map<string, Listener>();
  #onPing: (() => void) | undefined;
  readonly #unanswered = new Set<(error: Error) => void>();
  #session: AgentSession | undefined;
  /** The controller's end takes and sends. */
  #isServed = false;
  #ping: Cancel = () => undefined;
  readonly #verdicts: Cancel[] = [];

  constructor(parts: WireParts) {
    this.#parts = parts;
    this.#world = parts.world;
    this.#way = new Way(parts.world);
    this.agentName = parts.agentName;
    this.io = {
      on: (_event, listener) => (this.#onPing = listener),
      off: () => (this.#onPing = undefined),
    };
  }

  // ---- the agent's end ----

  on(event: string, listener: Listener): void {
    this.#listeners.set(event, listener);
  }

  off(): void {
    this.#listeners = new Map();
  }

  connect(): void {
    const { scheduler, random } = this.#world;
    scheduler.after(random.between(1, 40), () => void this.#shakeHands());
  }

  /** The agent disconnects. */
  disconnect(): void {
    this.#endHere();
    this.#endThereLater('client namespace disconnect');
  }

  timeout(ms: number): { emitWithAck(event: string, message: unknown): Promise<unknown> } {
    return { emitWithAck: (_event, message) => this.#ask(message as AgentMessage, ms) };
  }

  #ask(message: AgentMessage, limitMs: number): Promise<unknown> {
    return new Promise<unknown>((resolve, reject) => {
      const limit = this.#parts.life.after(limitMs, () => fail(new Error('operation has timed out')));
      const fail = (error: Error): void => {
        limit();
        if (this.#unanswered.delete(fail)) reject(error);
      };
      this.#unanswered.add(fail);
      const answer = (reply: unknown): void => {
        limit();
        if (this.#unanswered.delete(fail) && !this.#parts.life.isOver) resolve(reply);
      };
      this.#way.carry('up', message.type, () => this.#serve(message, answer));
    });
  }

  // ---- the way between ----

  /** The connection breaks; each end learns of it when it does. */
  cut(reason: string): void {
    if (!this.connected && !this.#isServed) return;
    const { scheduler, random } = this.#world;
    scheduler.after(random.between(0, 60), () => this.#lose(reason));
    this.#endThereLater(reason);
  }

  /** Nothing arrives for so long; whatever is silent for too long is given up by either end, at its own moment. */
  stall(forMs: number): void {
    if (!this.connected && !this.#isServed) return;
    const { scheduler, random } = this.#world;
    const { pingIntervalMs, pingTimeoutMs } = linkTimings;
    this.#way.holdUntil(scheduler.nowMs + forMs);
    const verdict = (): number => random.between(pingTimeoutMs, pingIntervalMs + pingTimeoutMs);
    const [here, there] = [verdict(), verdict()];
    if (here < forMs) this.#verdicts.push(scheduler.after(here, () => this.#lose('ping timeout')));
    if (there < forMs) this.#verdicts.push(scheduler.after(there, () => this.#endThere('ping timeout')));
  }

  /** What was held up continues now. */
  heal(): void {
    this.#way.letGo();
  }

  /** The agent's process is gone. `isSilent`: its whole machine, which says no good-bye. */
  agentDied(isSilent: boolean): void {
    this.connected = false;
    this.#unanswered.clear();
    this.#listeners = new Map();
    if (isSilent) this.stall(linkTimings.pingIntervalMs + linkTimings.pingTimeoutMs + 1);
    else this.#endThereLater('transport close');
  }

  /** The controller's process is gone. */
  controllerDied(): void {
    this.#session = undefined;
    this.#isServed = false;
    this.#ping();
    this.#forgetIfOver();
    const { scheduler, random } = this.#world;
    const noticedMs = random.chance(0.9) ? random.between(0, 200) : random.between(linkTimings.pingTimeoutMs, 20_000);
    scheduler.after(noticedMs, () => this.#lose('transport close'));
  }

  // ---- the controller's end: as the product's adapter does it ----

  async #shakeHands(): Promise<void> {
    const { route, token } = this.#parts;
    const controller = route();
    const gateway = controller?.isReady === true ? controller.engine?.gateway : undefined;
    if (controller === undefined || gateway === undefined) return this.#refuse('the connection was refused');
    let agentId;
    try {
      agentId = await this.#inTime(gateway.authenticate(token));
    } catch {
      return this.#refuse('Unexpected server response: 503');
    }
    if (agentId === undefined) return this.#refuse('Unexpected server response: 401');
    if (!controller.isReady || controller.engine?.gateway !== gateway) return this.#refuse('socket hang up');
    this.controller = controller;
    this.#isServed = true;
    this.#session = gateway.open(agentId, {
      send: (message) => this.#sendDown(message),
      close: (reason) => this.#endThere(reason),
    });
    this.#parts.watch.served(this);
    this.#pingLater();
    this.#way.carry('down', 'hello', () => {
      if (!this.#isServed || this.#parts.life.isOver) return;
      this.connected = true;
      this.#listeners.get('connect')?.();
    });
  }

  /** The agent gives a connection up that comes about too slowly, or not at all because its controller has died. */
  #inTime<T>(answer: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const limit = this.#world.scheduler.after(connectMs, () => reject(new Error('timeout')));
      answer.then(resolve, reject).finally(limit);
    });
  }

  #refuse(text: string): void {
    const { scheduler, random } = this.#world;
    scheduler.after(random.between(1, 40), () => {
      if (!this.#parts.life.isOver) this.#listeners.get('connect_error')?.(new Error(text));
    });
  }

  #serve(message: AgentMessage, answer: (reply: unknown) => void): void {
    const session = this.#session;
    const { trace } = this.#world;
    if (session === undefined || !this.#isServed) return;
    trace?.say(this.agentName, `→ ${this.controller?.name ?? ''}: ${told(message)}`);
    session
      .receive(message)
      .catch((): Answer => ({
        ok: false,
        code: 'unavailable',
        detail: 'The controller could not store this just now.',
        retryAfterMs: 1_000,
      }))
      .then((reply) => {
        if (this.#session !== session) return; // the controller is dead
        this.#parts.watch.answered(this, message, reply);
        if (this.#isServed)
          this.#way.carry('down', message.type, () => {
            trace?.say(this.agentName, `← answer to ${told(message)}: ${reply.ok ? 'ok' : `${reply.code}`}`);
            answer(reply);
          });
        session.answered(message, reply);
      })
      .catch((error: unknown) => this.#world.breaches.push(`${message.type} could not be followed up: ${String(error)}`));
  }

  #sendDown(message: ControllerMessage): void {
    if (!this.#isServed) return;
    this.#way.carry('down', message.type, () => {
      if (!this.connected || this.#parts.life.isOver) return;
      this.#world.trace?.say(this.agentName, `← ${told(message)}`);
      this.#listeners.get('message')?.(message, () => undefined);
    });
  }

  #pingLater(): void {
    const { scheduler } = this.#world;
    this.#ping = scheduler.after(linkTimings.pingIntervalMs, () => {
      if (!this.#isServed) return;
      if (!this.#way.isHeld && this.connected && !this.#parts.life.isOver) {
        this.#onPing?.();
        this.#parts.watch.heard(this);
      }
      this.#pingLater();
    });
  }

  // ---- the end ----

  #lose(reason: string): void {
    if (this.#parts.life.isOver) return;
    const tell = this.#listeners.get('disconnect');
    const wasConnected = this.connected;
    this.#endHere();
    if (wasConnected) tell?.(reason, undefined);
    else this.#listeners.get('connect_error')?.(new Error(reason));
    this.#endThereLater(reason);
  }

  #endHere(): void {
    if (this.connected) this.#world.trace?.say(this.agentName, 'its connection is over');
    this.connected = false;
    for (const fail of [...this.#unanswered]) fail(new Error('socket has been disconnected'));
    this.#forgetIfOver();
  }

  #forgetIfOver(): void {
    if (!this.connected && !this.#isServed) this.#parts.watch.over(this);
  }

  #endThereLater(reason: string): void {
    if (!this.#isServed) return;
    const { scheduler, random } = this.#world;
    if (!this.#way.isHeld) scheduler.after(random.between(0, 60), () => this.#endThere(reason));
    else if (this.#verdicts.length === 0) this.#way.afterHold(() => this.#endThere(reason));
    else scheduler.after(linkTimings.pingIntervalMs + linkTimings.pingTimeoutMs, () => this.#endThere(reason));
  }

  #endThere(reason: string): void {
    if (!this.#isServed) return;
    this.#isServed = false;
    this.#ping();
    this.#forgetIfOver();
    this.#way.carry('down', 'hello', () => this.#lose('io server disconnect'));
    this.#world.trace?.say(this.controller?.name ?? '', `the connection of ${this.agentName} is over: ${reason}`);
    this.#session?.ended(reason);
  }
}

function told(message: AgentMessage | ControllerMessage): string {
  const of = 'attemptId' in message ? ` ${short(message.attemptId)}` : '';
  const fencing = 'fencing' in message ? ` #${message.fencing}` : '';
  const offer = 'offerId' in message ? ` by ${short(message.offerId)}` : '';
  switch (message.type) {
    case 'hello':
      return `hello of ${message.bootNonce}, holds ${message.attempts.map(({ attemptId, state }) => `${short(attemptId)} ${state}`).join(', ') || 'nothing'}`;
    case 'finished':
      return `finished${of}${fencing} ${message.result.outcome}`;
    case 'log':
      return `log${of}${fencing} from ${message.offset}, ${message.bytes.length} bytes`;
    default:
      return `${message.type}${of}${offer}${fencing}`;
  }
}
