import type { AgentId, AttemptId } from '@drover/protocol';
import type { AgentMessage } from '@drover/protocol/agent';
import type { Absence } from '../placing/absence.js';
import type { AttemptBoard, LiveAttempt } from '../placing/board.js';
import type { Claims } from '../placing/claims.js';
import type { AttemptLedger } from '../placing/ledger.js';
import type { Placer } from '../placing/placer.js';
import type { Stops } from '../placing/stops.js';
import type { AgentConnection, AgentGateway, AgentSession, Answer } from '../ports/engine/link.js';
import { ClosedError } from '../persist.js';
import type { Tokens } from '../ports/crypto.js';
import type { CrashPoints, Log } from '../ports/environment.js';
import type { LogIntake } from '../ports/logs.js';
import type { Signals } from '../ports/signals.js';
import { unreachable } from '../../domain/unreachable.js';
import type { AgentDirectory, LiveSession } from './directory.js';
import { refusal } from './hello.js';
import { LogFeed, LogsUnderWay } from './log-intake.js';
import type { AgentSessions } from './sessions.js';

export interface GatewayPorts {
  readonly board: AttemptBoard;
  readonly absence: Absence;
  readonly agents: AgentDirectory;
  readonly sessions: AgentSessions;
  readonly claims: Claims;
  readonly ledger: AttemptLedger;
  readonly placer: Placer;
  readonly stops: Stops;
  readonly logs: LogIntake;
  readonly signals: Signals;
  readonly tokens: Pick<Tokens, 'hash'>;
  readonly crashPoints: CrashPoints;
  readonly log: Log;
  readonly isClosed: () => boolean;
  /** Other controllers may use the store too. */
  readonly isShared: boolean;
}

type MessageOf<T extends AgentMessage['type']> = Extract<AgentMessage, { type: T }>;
const done = { ok: true } as const;
const stale = refusal('stale', 'The attempt was given up or has ended; forget it.');

/** What agents say, and what it is answered. */
export class Gateway implements AgentGateway {
  readonly #ports: GatewayPorts;
  readonly #logsUnderWay = new LogsUnderWay();

  constructor(ports: GatewayPorts) {
    this.#ports = ports;
  }

  /** Rejects while nothing is known of any token: an agent that is told “unknown” does not come back. */
  async authenticate(token: string): Promise<AgentId | undefined> {
    const { agents, tokens, isClosed, isShared } = this.#ports;
    if (isClosed()) throw new ClosedError();
    const known = this.known(token);
    if (known !== undefined || !isShared) return known;
    await agents.load(); // it may have registered with another controller
    return agents.byTokenHash(tokens.hash(token));
  }

  /** Looks in memory only. */
  known(token: string): AgentId | undefined {
    const { agents, tokens } = this.#ports;
    return agents.byTokenHash(tokens.hash(token));
  }

  open(agentId: AgentId, connection: AgentConnection): AgentSession {
    return new Conversation({ ports: this.#ports, agentId, connection, logsUnderWay: this.#logsUnderWay });
  }
}

interface ConversationParts {
  readonly ports: GatewayPorts;
  readonly agentId: AgentId;
  readonly connection: AgentConnection;
  readonly logsUnderWay: LogsUnderWay;
}

class Conversation implements AgentSession {
  readonly #ports: GatewayPorts;
  readonly #agentId: AgentId;
  readonly #connection: AgentConnection;
  readonly #logsUnderWay: LogsUnderWay;
  readonly #feed: LogFeed;
  #session: LiveSession | 'greeting' | undefined;
  #isOver = false;

  constructor({ ports, agentId, connection, logsUnderWay }: ConversationParts) {
    this.#ports = ports;
    this.#agentId = agentId;
    this.#connection = connection;
    this.#logsUnderWay = logsUnderWay;
    this.#feed = new LogFeed(ports.logs, logsUnderWay);
  }

  async receive(message: AgentMessage): Promise<Answer> {
    if (this.#ports.isClosed()) return refusal('unavailable', 'The controller is closing; connect again in a moment.', 1_000);
    if (message.type === 'hello') return this.#hello(message);
    if (this.#session === undefined || this.#session === 'greeting')
      return refusal('invalid', 'The first message of a connection is “hello”, and nothing is sent before its answer.');
    return this.#dispatch(message);
  }

  answered(message: AgentMessage, answer: Answer): void {
    const { sessions, crashPoints, agents } = this.#ports;
    if (message.type === 'hello') {
      crashPoints.reach('controller.hello.answered');
      if (typeof this.#session !== 'object') return;
      if (answer.ok && !this.#isOver) sessions.welcome(this.#agentId, this.#session);
      else sessions.missed(this.#agentId);
    } else if (message.type === 'accept' && answer.ok) {
      crashPoints.reach('controller.granted.sent');
      this.#granted(message.attemptId);
    } else if (message.type === 'finished') {
      crashPoints.reach('controller.finished.acknowledged');
    }
    if (!answer.ok && answer.code === 'stale' && 'fencing' in message && agents.get(this.#agentId)?.session === this.#session) {
      this.#connection.send({ type: 'dropAttempt', attemptId: message.attemptId, fencing: message.fencing });
    }
  }

  ended(reason: string): void {
    this.#isOver = true;
    if (typeof this.#session === 'object') this.#ports.sessions.ended(this.#agentId, this.#session, reason);
  }

  /** The yes has gone out. If the agent has connected again meanwhile it went nowhere, and the hello knew nothing of the claim. */
  #granted(attemptId: AttemptId): void {
    const { absence, agents, board, stops } = this.#ports;
    const live = board.get(attemptId);
    const session = agents.get(this.#agentId)?.session;
    if (live?.record.active !== true) return;
    if (session !== undefined && session !== this.#session && !live.isConfirmed) absence.unconfirmed(live, this.#agentId);
    if (live.record.stop !== undefined) stops.demand(live.record);
    if (live.isWatched) this.#connection.send({ type: 'watchLog', attemptId, watched: true });
  }

  async #hello(message: MessageOf<'hello'>): Promise<Answer> {
    if (this.#session !== undefined) return refusal('invalid', '“hello” was said already on this connection.');
    this.#session = 'greeting';
    const caller = { connection: this.#connection, isOver: () => this.#isOver };
    const answer = await this.#ports.sessions.greet(this.#agentId, caller, message).catch((error: unknown) => {
      this.#session = undefined; // it may say hello again
      this.#ports.sessions.missed(this.#agentId);
      throw error;
    });
    this.#session = 'session' in answer ? answer.session : undefined;
    return 'session' in answer ? answer.reply : answer;
  }

  async #dispatch(message: Exclude<AgentMessage, MessageOf<'hello'>>): Promise<Answer> {
    switch (message.type) {
      case 'accept':
        return this.#ports.claims.accept(this.#agentId, message, typeof this.#session === 'object' ? this.#session : undefined);
      case 'decline':
        return this.#decline(message);
      case 'log':
        return this.#log(message);
      case 'progress':
        return this.#progress(message);
      case 'finished':
        return this.#finished(message);
      case 'health':
        return this.#changed({ health: message.health });
      case 'draining':
        return this.#changed({ draining: message.draining });
      default:
        return unreachable(message);
    }
  }

  #decline({ attemptId, offerId, reason }: MessageOf<'decline'>): Answer {
    const live = this.#ports.board.get(attemptId);
    if (live?.offer?.offerId === offerId) {
      this.#ports.log.info('an agent declined an offer', { attemptId, agentId: this.#agentId, reason });
      const agent = this.#ports.agents.get(this.#agentId);
      if (agent !== undefined && reason.code === 'agentNoIsolation') agent.sampleOnly = true;
      this.#ports.placer.declined(live);
    }
    return done;
  }

  async #log(message: MessageOf<'log'>): Promise<Answer> {
    const live = this.#lease(message);
    if (live === undefined) return stale;
    const { projectId, runId } = live.record;
    return this.#feed.append({ projectId, runId, attemptId: message.attemptId }, message);
  }

  #progress(message: MessageOf<'progress'>): Answer {
    const live = this.#lease(message);
    if (live === undefined) return stale;
    live.steps = message.steps;
    const { projectId, runId } = live.record;
    this.#ports.signals.publish({ type: 'attemptChanged', projectId, runId, attemptId: message.attemptId });
    return done;
  }

  async #finished({ attemptId, fencing, result }: MessageOf<'finished'>): Promise<Answer> {
    await this.#logsUnderWay.settled(attemptId); // what came before it is stored before it
    const answer = await this.#ports.ledger.finish(attemptId, { agentId: this.#agentId, fencing }, result);
    return answer === 'stored' ? done : stale;
  }

  #changed(change: { readonly health?: MessageOf<'health'>['health']; readonly draining?: boolean }): Answer {
    const live = this.#ports.agents.get(this.#agentId);
    if (live === undefined) return refusal('removed', 'This agent was removed from the farm.');
    if (change.health !== undefined) live.health = change.health;
    if (change.draining !== undefined) live.draining = change.draining;
    this.#ports.agents.touched(live);
    this.#ports.placer.wake();
    return done;
  }

  /** The attempt, if this agent holds it under that fencing number. */
  #lease({ attemptId, fencing }: { readonly attemptId: AttemptId; readonly fencing: number }): LiveAttempt | undefined {
    const live = this.#ports.board.get(attemptId);
    if (live === undefined || !live.record.active || live.record.agentId !== this.#agentId || live.record.fencing !== fencing)
      return undefined;
    live.isConfirmed = true;
    return live;
  }
}
