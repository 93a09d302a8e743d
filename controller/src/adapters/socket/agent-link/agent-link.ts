import type { IncomingMessage, Server as HttpServer } from 'node:http';
import { parse, type AgentId } from '@drover/protocol';
import {
  AgentMessage,
  agentLinkPath,
  ControllerMessage,
  linkEvent,
  linkTimings,
  maxAgentMessageBytes,
  maxLogFrameBytes,
  replySchemas,
} from '@drover/protocol/agent';
import { credentialsOf } from '../../../shared/credentials.js';
import { RateLimiterMemory, RateLimiterQueue } from 'rate-limiter-flexible';
import { Server, type Socket } from 'socket.io';
import type { AgentGateway, AgentSession, Answer, RefusalAnswer } from '../../../services/ports/engine/link.js';
import { networkOf } from '../../../domain/accounts/network.js';
import type { ClientAddress } from '../../../shared/client-address.js';
import { refuseUpgrade } from '../../../shared/refuse-upgrade.js';
import type { TryLimiter } from '../../../services/ports/crypto.js';
import type { Log } from '../../../services/ports/environment.js';
import { Misbehaviour, mostInvalid } from './misbehaviour.js';

export interface AgentLinkParts {
  readonly httpServer: HttpServer;
  readonly gateway: AgentGateway;
  /** Handshakes from one address with a token that nobody has. */
  readonly strangers: TryLimiter;
  readonly addressOf: ClientAddress;
  readonly log: Log;
  /** When the handshakes of known agents continue; at a fixed pace unless given. */
  readonly turns?: Turns;
}

type Turns = Pick<RateLimiterQueue, 'removeTokens'>;

export interface AgentLink {
  /** Disconnects all agents. Leaves the HTTP server open. */
  close(): Promise<void>;
}

/** Handshakes in a tenth of a second: a thousand agents are back within five, and no stampede starves what runs. */
const handshakesAtOnce = 40;
const handshakeSeconds = 0.1;
/** Known agents whose turn has not come: one that is refused costs as much, and comes again. */
const mostWaiting = 2_000;
/** Messages of one agent that may be under way: more are refused at once. */
const maxUnderWay = 512;
/** Length of a machine token, at most; longer ones are not looked up. */
const maxTokenLength = 200;

export const usualTurns = (): Turns =>
  new RateLimiterQueue(new RateLimiterMemory({ points: handshakesAtOnce, duration: handshakeSeconds }), { maxQueueSize: mostWaiting });

/** The agents' socket.io server on the controller's HTTP server: websocket only, each connection by the token of its machine. */
export function createAgentLink({ httpServer, gateway, strangers, addressOf, log, turns = usualTurns() }: AgentLinkParts): AgentLink {
  const admitted = new WeakMap<IncomingMessage, AgentId>();
  const misbehaviour = new Misbehaviour();
  const server = new Server({
    path: agentLinkPath,
    transports: ['websocket'],
    serveClient: false,
    destroyUpgrade: false,
    pingInterval: linkTimings.pingIntervalMs,
    pingTimeout: linkTimings.pingTimeoutMs,
    maxHttpBufferSize: maxAgentMessageBytes,
    perMessageDeflate: false,
    allowRequest: (request, decide) => {
      admit(request).then(
        (agentId) => {
          if (agentId === undefined) return refuseUpgrade(request.socket, unknownToken);
          admitted.set(request, agentId);
          decide(null, true);
        },
        () => refuseUpgrade(request.socket, comeBackLater), // left undecided for the engine, which knows no such answers
      );
    },
  });
  /** Strangers are told apart before anything that agents share is used up. Rejects where the caller may come back later. */
  const admit = async (request: IncomingMessage): Promise<AgentId | undefined> => {
    const credentials = credentialsOf(request.headers);
    if (credentials.type !== 'bearer' || credentials.bearer.length > maxTokenLength) return undefined;
    const token = credentials.bearer;
    const known = gateway.known(token);
    if (known === undefined && !(await strangers.take(networkOf(addressOf(request)))).ok) throw new Error('too many wrong tokens');
    if (known !== undefined && misbehaviour.isExcluded(known)) throw new Error('too many invalid messages');
    if (known !== undefined) await turns.removeTokens(1);
    if (request.socket.destroyed) throw new Error('the agent hung up');
    return gateway.authenticate(token);
  };
  server.attach(httpServer);
  server.on('connection', (socket) => {
    const agentId = admitted.get(socket.request);
    if (agentId === undefined) socket.disconnect(true);
    else serve({ gateway, socket, agentId, misbehaviour, log: log.with({ agentId }) });
  });
  return {
    close: () => {
      server.disconnectSockets(true);
      server.engine.close();
      return Promise.resolve();
    },
  };
}

/** After 401 an agent does not come back. */
const unknownToken = { status: 401, sentence: 'No agent has this token.' } as const;
const comeBackLater = {
  status: 503,
  sentence: 'The controller cannot take this agent at the moment; connect again soon.',
  retryAfterSeconds: 1,
} as const;

interface Served {
  readonly gateway: AgentGateway;
  readonly socket: Socket;
  readonly agentId: AgentId;
  readonly misbehaviour: Misbehaviour;
  readonly log: Log;
}

function serve({ gateway, socket, agentId, misbehaviour, log }: Served): void {
  const session = gateway.open(agentId, {
    send: (message) => send(socket, message, log),
    close: (reason) => {
      log.debug('the controller ends a connection', { reason });
      socket.disconnect(true);
    },
  });
  let underWay = 0;
  let invalid = 0;
  socket.on('disconnect', (reason) => session.ended(reason));
  socket.on(linkEvent, (input: unknown, acknowledge: unknown) => {
    const answer = (reply: object): void => void (isCallback(acknowledge) && acknowledge(reply));
    if (underWay >= maxUnderWay) return answer(refusalOf('unavailable', `At most ${maxUnderWay} messages can be under way at once.`));
    const message = checked(input);
    if (!message.ok) {
      invalid += 1;
      if (invalid === 1) log.warn('an agent sent an invalid message', { faults: message.detail });
      if (invalid < mostInvalid) return answer(refusalOf('invalid', message.detail));
      if (invalid > mostInvalid) return undefined;
      const excludedMs = misbehaviour.exclude(agentId);
      log.warn('an agent sent too many invalid messages: its connection is closed', { invalid, excludedMs });
      answer(
        refusalOf('invalid', `After ${mostInvalid} invalid messages the connection is closed; the last: ${message.detail}`, excludedMs),
      );
      return setImmediate(() => socket.disconnect(true)); // after the answer
    }
    underWay += 1;
    handle({ session, message: message.value, answer, log })
      .catch((error: unknown) => log.error('a message of an agent was answered, but not followed up', { error, type: message.value.type }))
      .finally(() => (underWay -= 1));
  });
}

interface Handled {
  readonly session: AgentSession;
  readonly message: AgentMessage;
  readonly answer: (reply: object) => void;
  readonly log: Log;
}

/** Answers one message; what went wrong inside is told as something to try again, and the connection stays. */
async function handle({ session, message, answer, log }: Handled): Promise<void> {
  const reply = await session.receive(message).catch((error: unknown) => {
    log.error('a message of an agent could not be handled', { error, type: message.type });
    return refusalOf('unavailable', 'The controller could not store this just now; try again.', 1_000);
  });
  const outgoing = parse(replySchemas[message.type], reply);
  if (!outgoing.ok) log.error('an answer to an agent breaks its schema', { type: message.type, faults: outgoing.faults });
  const sent: Answer = outgoing.ok ? reply : refusalOf('unavailable', 'The controller could not answer; try again.', 1_000);
  answer(sent);
  session.answered(message, sent);
}

/** The bytes of a log frame are no JSON: they are checked here, everything else by the schema. */
function checked(input: unknown): { readonly ok: true; readonly value: AgentMessage } | { readonly ok: false; readonly detail: string } {
  const parsed = parse(AgentMessage, input);
  if (!parsed.ok)
    return {
      ok: false,
      detail: parsed.faults
        .map(({ path, message }) => `${path || 'the message'} ${message}`)
        .join('; ')
        .slice(0, 1_000),
    };
  const { value } = parsed;
  if (value.type === 'log' && !(value.bytes instanceof Uint8Array && value.bytes.length <= maxLogFrameBytes)) {
    return { ok: false, detail: `/bytes must be binary, at most ${maxLogFrameBytes} bytes` };
  }
  return { ok: true, value };
}

function send(socket: Socket, message: ControllerMessage, log: Log): void {
  const outgoing = parse(ControllerMessage, message);
  if (outgoing.ok) socket.emit(linkEvent, message);
  else log.error('a message to an agent breaks its schema', { type: message.type, faults: outgoing.faults });
}

const refusalOf = (code: RefusalAnswer['code'], detail: string, retryAfterMs?: number): RefusalAnswer => ({
  ok: false,
  code,
  detail,
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
});

const isCallback = (value: unknown): value is (reply: object) => void => typeof value === 'function';
