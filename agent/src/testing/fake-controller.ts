import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Server, type Socket } from 'socket.io';
import { asId, parse, type AgentId } from '@drover/protocol';
import {
  AgentMessage,
  agentLinkPath,
  linkEvent,
  type AgentMessageType,
  type AgentReply,
  type ControllerMessage,
  type HelloReply,
} from '@drover/protocol/agent';
import type { MessageOf } from '../link/port.js';

/** What the controller does with a message: answers, keeps silent, or cuts the connection. */
export type Answer<T extends AgentMessageType> = AgentReply<T> | 'silence' | 'cut';
type Script = { [T in AgentMessageType]?: (message: MessageOf<T>, count: number) => Answer<T> | Promise<Answer<T>> };

export const testAgentId = asId<AgentId>('01hzy3k4m5n6p7q8r9s0t1v2wx');

/** The answer to any hello, that of an agent with a slot. */
export const welcome = (changes: Partial<HelloReply> = {}): HelloReply => ({
  ok: true,
  agentId: testAgentId,
  name: 'tester',
  slots: 2,
  labels: [],
  enabled: true,
  attempts: [],
  heartbeatMs: 5_000,
  ...changes,
});

interface Waiter {
  readonly isMet: () => boolean;
  readonly resolve: () => void;
}

/** A controller that does what a test tells it, behind a real socket.io server on a port of its own. */
export class FakeController {
  readonly received: AgentMessage[] = [];
  /** How many messages were answered. */
  answered = 0;
  readonly tokens: string[] = [];
  connections = 0;
  /** Refuses handshakes while set. */
  isShut = false;
  readonly #http: HttpServer;
  readonly #server: Server;
  readonly #script: Script;
  #socket: Socket | undefined;
  readonly #waiters = new Set<Waiter>();

  private constructor(http: HttpServer, script: Script) {
    this.#http = http;
    this.#script = script;
    this.#server = new Server(http, {
      path: agentLinkPath,
      transports: ['websocket'],
      serveClient: false,
      pingInterval: 5_000,
      allowRequest: (_request, callback) => callback(null, !this.isShut),
    });
    this.#server.on('connection', (socket) => this.#connected(socket));
  }

  static async start(script: Script = {}, port = 0): Promise<FakeController> {
    const http = createServer();
    const controller = new FakeController(http, script);
    http.listen(port, '127.0.0.1');
    await once(http, 'listening');
    return controller;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port;
  }

  /** The messages of a type, in order of arrival. */
  of<T extends AgentMessageType>(type: T): readonly MessageOf<T>[] {
    return this.received.filter((message): message is MessageOf<T> => message.type === type);
  }

  /** Sends to the agent; resolves with what it answers. */
  send(message: ControllerMessage): Promise<unknown> {
    if (!this.#socket) throw new Error('no agent is connected');
    return this.#socket.timeout(5_000).emitWithAck(linkEvent, message);
  }

  /** Cuts the connection as a broken network does: without a word. */
  cut(): void {
    this.#socket?.conn.transport.close();
    this.#socket?.disconnect(true);
  }

  /** Resolves once `isMet`; judged after each message. */
  async until(isMet: () => boolean): Promise<void> {
    if (isMet()) return;
    await new Promise<void>((resolve) => this.#waiters.add({ isMet, resolve }));
  }

  async close(): Promise<void> {
    await this.#server.close();
    if (this.#http.listening) await new Promise((resolve) => this.#http.close(resolve));
  }

  #connected(socket: Socket): void {
    this.connections += 1;
    this.#socket = socket;
    this.tokens.push(socket.handshake.headers.authorization ?? '');
    socket.on('disconnect', () => this.#look());
    socket.on(linkEvent, (input: unknown, acknowledge: (reply: unknown) => void) => {
      const parsed = parse(AgentMessage, input);
      if (!parsed.ok) return acknowledge({ ok: false, code: 'invalid', detail: JSON.stringify(parsed.faults) });
      this.received.push(parsed.value);
      this.#look();
      void this.#answer(parsed.value, { socket, acknowledge });
    });
    this.#look();
  }

  async #answer(message: AgentMessage, { socket, acknowledge }: { socket: Socket; acknowledge: (reply: unknown) => void }): Promise<void> {
    const answer = await this.#answerOf(message);
    if (answer === 'cut') socket.disconnect(true);
    else if (answer !== 'silence') {
      acknowledge(answer);
      this.answered += 1;
    }
    this.#look();
  }

  #answerOf(message: AgentMessage): unknown {
    const script = this.#script[message.type] as ((message: AgentMessage, count: number) => unknown) | undefined;
    if (script) return script(message, this.of(message.type).length);
    if (message.type === 'hello') return welcome();
    if (message.type === 'log') return { ok: true, end: message.offset + message.bytes.length };
    return { ok: true };
  }

  #look(): void {
    for (const waiter of this.#waiters) {
      if (!waiter.isMet()) continue;
      this.#waiters.delete(waiter);
      waiter.resolve();
    }
  }
}
