import type { AgentId, Instant } from '@drover/protocol';
import { linkTimings, type Hello, type HelloReply } from '@drover/protocol/agent';
import { areSameSettings, settingsOf } from '../../domain/agents/settings.js';
import type { AgentRecord } from '../../domain/agents/agent.js';
import type { Background } from '../background.js';
import type { AgentConnection, RefusalAnswer } from '../ports/engine/link.js';
import type { Clock, CrashPoints, Log, Monotonic } from '../ports/environment.js';
import { Serial } from '../serial.js';
import type { AgentDirectory, LiveAgent, LiveSession } from './directory.js';
import { missAttempts, refusal, removedRefusal, verdictsFor, versionRefusal, type HelloPorts } from './hello.js';

export interface SessionPorts extends HelloPorts {
  readonly agents: AgentDirectory;
  readonly controllerId: string;
  /** No other controller can use the store. */
  readonly exclusive: boolean;
  /** Takes in what the store says the agent holds: another controller may have granted it. */
  readonly adoptHeld: (agentId: AgentId) => Promise<void>;
  /** Whether another controller still gives signs of life. */
  readonly isAlive: (controllerId: string) => Promise<boolean>;
  readonly clock: Clock;
  readonly monotonic: Monotonic;
  readonly crashPoints: CrashPoints;
  readonly background: Background;
  readonly log: Log;
  readonly isClosed: () => boolean;
}

/** A connection on which a hello has come. */
export interface Caller {
  readonly connection: AgentConnection;
  /** It is gone: its agent may have connected again since, also to another controller. */
  readonly isOver: () => boolean;
}

export interface SessionListener {
  /** The hello was answered: from here on messages may be sent. */
  ready(agentId: AgentId, session: LiveSession): void;
  away(agentId: AgentId): void;
}

/** Heard by nobody. */
const connectionOver = refusal('unavailable', 'This connection is over.');
/** Which of the two connections is the older one is not known here. */
const overtaken = refusal('unavailable', 'The agent connected to another controller at the same time; connect again in a moment.', 1_000);

/** An agent beside the controller that cannot keep tasks apart from it says so. */
export const sampleOnlyCapability = 'sampleOnly';

/** Which connection speaks for which agent. One identity has one live session; it is written on connect and disconnect only. */
export class AgentSessions {
  readonly #ports: SessionPorts;
  readonly #listener: SessionListener;
  readonly #serial = new Serial<AgentId>();

  constructor(ports: SessionPorts, listener: SessionListener) {
    this.#ports = ports;
    this.#listener = listener;
  }

  /** Answers the first message of a connection. `welcome` is to be called once the answer has been sent. A hello whose caller has gone says nothing of now: it takes no session, and nothing is judged by it. */
  greet(
    agentId: AgentId,
    caller: Caller,
    hello: Hello,
  ): Promise<{ readonly reply: HelloReply; readonly session: LiveSession } | RefusalAnswer> {
    const { exclusive, agents, adoptHeld } = this.#ports;
    return this.#serial.run(agentId, async () => {
      if (!exclusive) await agents.refresh(agentId);
      const seen = agents.get(agentId)?.record.session?.epoch;
      if (!exclusive) await adoptHeld(agentId);
      const live = this.#ports.agents.get(agentId);
      if (live === undefined) return removedRefusal;
      const no = versionRefusal(hello.protocolVersion) ?? this.#unapproved(live) ?? (await this.#inUse(live, hello));
      return no ?? this.#take(live, caller, { hello, seen });
    });
  }

  /** Its hello has come and is not answered yet. */
  isGreeting(agentId: AgentId): boolean {
    return this.#serial.isBusy(agentId);
  }

  /** Whether another controller that lives has the agent's session: then that one judges. */
  async isElsewhere(agentId: AgentId): Promise<boolean> {
    const { exclusive, agents, controllerId, isAlive } = this.#ports;
    if (exclusive) return false;
    await agents.refresh(agentId);
    const { session, disconnectedAt } = agents.get(agentId)?.record ?? {};
    if (session === undefined || disconnectedAt !== undefined || session.controllerId === controllerId) return false;
    return isAlive(session.controllerId);
  }

  /** A mark of the session that another controller has or had with the agent, as far as is known here: another one when that session begins or ends. */
  elsewhere(agentId: AgentId): string | undefined {
    const { exclusive, agents, controllerId } = this.#ports;
    const { session, disconnectedAt } = agents.get(agentId)?.record ?? {};
    if (exclusive || session === undefined || session.controllerId === controllerId) return undefined;
    return `${session.epoch} ${disconnectedAt === undefined ? 'connected' : 'over'}`;
  }

  /** From here on work is offered to it. */
  welcome(agentId: AgentId, session: LiveSession): void {
    const live = this.#ports.agents.get(agentId);
    if (live === undefined || live.session !== undefined || this.#ports.isClosed()) return session.connection.close('the session is over');
    live.session = session;
    this.#ports.agents.touched(live);
    this.#ports.log.info('agent connected', { agentId, agent: live.record.name, epoch: session.epoch });
    const settings = settingsOf(live.record);
    // What changed them since the hello was answered saw no session to tell.
    if (!areSameSettings(settings, session.told)) session.connection.send({ type: 'configure', ...settings });
    this.#listener.ready(agentId, session);
  }

  /** The connection is gone before its hello was answered: what the agent holds is waited for again. */
  missed(agentId: AgentId): void {
    if (this.#ports.agents.get(agentId)?.session === undefined) this.#listener.away(agentId);
  }

  /** The connection is gone; nothing happens if another has taken over since. */
  ended(agentId: AgentId, session: LiveSession, reason: string): void {
    const live = this.#ports.agents.get(agentId);
    if (live === undefined || live.session !== session) return;
    this.#detach(live);
    this.#ports.log.info('agent disconnected', { agentId, agent: live.record.name, reason });
    const at = this.#ports.clock.now();
    this.#writeDisconnect(agentId, (record) => withoutSession(record, session.epoch, at));
  }

  #unapproved({ record }: LiveAgent): RefusalAnswer | undefined {
    return record.approved ? undefined : refusal('notApproved', 'This agent waits for an administrator to approve it.', 10_000);
  }

  async #inUse(live: LiveAgent, hello: Hello): Promise<RefusalAnswer | undefined> {
    const { controllerId, isAlive } = this.#ports;
    const stored = live.record.session;
    const sentence = 'Another process is connected with the identity of this agent. Stop it, or register this one under a name of its own.';
    if (live.session !== undefined)
      return live.session.bootNonce === hello.bootNonce ? undefined : refusal('identityInUse', sentence, 5_000);
    if (stored === undefined || stored.bootNonce === hello.bootNonce || stored.controllerId === controllerId) return undefined;
    if (live.record.disconnectedAt !== undefined) return undefined; // not compared with the moment of connecting: clocks jump
    return (await isAlive(stored.controllerId)) ? refusal('identityInUse', sentence, 5_000) : undefined;
  }

  /** `seen`: the session that was stored when the agent was read for this hello. */
  async #take(
    live: LiveAgent,
    { connection, isOver }: Caller,
    { hello, seen }: { readonly hello: Hello; readonly seen: number | undefined },
  ): Promise<{ readonly reply: HelloReply; readonly session: LiveSession } | RefusalAnswer> {
    const { agents, crashPoints } = this.#ports;
    const agentId = live.record._id;
    if (isOver()) return connectionOver;
    const isSameProcess = live.record.session?.bootNonce === hello.bootNonce;
    const old = live.session;
    if (old !== undefined) {
      this.#detach(live);
      old.connection.close('the same agent connected again');
    }
    crashPoints.reach('controller.session.before');
    let isOvertaken = false;
    let epoch = 0;
    const enter = (record: AgentRecord): AgentRecord | undefined => {
      if (isOver()) return this.#left(record, hello);
      isOvertaken = record.session?.epoch !== seen && !this.#isOf(record, hello);
      if (isOvertaken) return undefined;
      epoch = record.revision + 1;
      return this.#entered(record, hello, epoch);
    };
    const changed = await agents.change(agentId, enter);
    crashPoints.reach('controller.session.written');
    if (typeof changed === 'string') return removedRefusal;
    if (isOvertaken) return overtaken;
    const attempts = await verdictsFor(agentId, hello, this.#ports).catch((error: unknown) => {
      this.#writeDisconnect(agentId, (record) => this.#left(record, hello)); // it may say hello again, here or elsewhere
      throw error;
    });
    if (isOver()) {
      this.missed(agentId);
      this.#writeDisconnect(agentId, enter);
      return connectionOver;
    }
    live.draining = false;
    live.sampleOnly = hello.capabilities.includes(sampleOnlyCapability);
    live.health = hello.health;
    missAttempts(live.record, hello, isSameProcess, this.#ports);
    const told = settingsOf(live.record);
    const reply: HelloReply = { ok: true, agentId, ...told, attempts, heartbeatMs: linkTimings.pingIntervalMs };
    return { reply, session: { connection, bootNonce: hello.bootNonce, epoch, told } };
  }

  #entered({ disconnectedAt: _over, ...record }: AgentRecord, { facts, bootNonce }: Hello, epoch: number): AgentRecord {
    const { controllerId, clock } = this.#ports;
    return { ...record, facts, session: { controllerId, epoch, bootNonce, connectedAt: clock.now() } };
  }

  /** Of a session that was written though its connection is over. */
  #left(record: AgentRecord, hello: Hello): AgentRecord | undefined {
    if (!this.#isOf(record, hello) || record.disconnectedAt !== undefined) return undefined;
    return { ...record, disconnectedAt: this.#ports.clock.now() };
  }

  /** Whether the session that is written is one of the process that says this hello, with this controller. */
  #isOf({ session }: AgentRecord, { bootNonce }: Hello): boolean {
    return session?.controllerId === this.#ports.controllerId && session.bootNonce === bootNonce;
  }

  #writeDisconnect(agentId: AgentId, edit: (record: AgentRecord) => AgentRecord | undefined): void {
    if (this.#ports.isClosed()) return; // the next controller finds the session as it was, and takes it over
    this.#ports.background.run('write disconnect', () => this.#ports.agents.change(agentId, edit));
  }

  #detach(live: LiveAgent): void {
    delete live.session;
    live.silentSinceMs = this.#ports.monotonic.elapsedMs();
    this.#ports.agents.touched(live);
    this.#listener.away(live.record._id);
  }
}

function withoutSession(record: AgentRecord, epoch: number, at: Instant): AgentRecord | undefined {
  if (record.session?.epoch !== epoch) return undefined;
  // The session stays beside the moment of its end: the same process that comes back is known by its nonce.
  return { ...record, disconnectedAt: at };
}
