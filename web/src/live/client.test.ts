import { assert } from 'chai';
import type { LiveReply, LiveRequest } from '@drover/protocol/live';
import { LiveClient, type LiveSocket } from './client.js';
import type { Watch } from './topics.js';

type Acknowledge = (reply: LiveReply) => void;

/** A socket whose link and answers the test decides. */
class ScriptedSocket {
  connected = false;
  readonly asked: (readonly [request: LiveRequest, acknowledge: Acknowledge | undefined])[] = [];
  #handlers = new Map<string, (fact: unknown) => void>();

  on(event: string, handler: (fact: unknown) => void): this {
    this.#handlers.set(event, handler);
    return this;
  }
  emit(_event: string, request: LiveRequest, acknowledge?: Acknowledge): this {
    this.asked.push([request, acknowledge]);
    return this;
  }
  connect(): this {
    return this;
  }
  disconnect(): this {
    return this;
  }
  link(): void {
    this.connected = true;
    this.#handlers.get('connect')?.(undefined);
  }
  cut(): void {
    this.connected = false;
    this.#handlers.get('disconnect')?.('transport close');
  }
  types(): readonly string[] {
    return this.asked.map(([{ type }]) => type);
  }
  answer(index: number, topic: string): void {
    this.asked[index]?.[1]?.({ ok: true, topic });
  }
}

const agents: Watch = { type: 'watchAgents' };

describe('L7 the dashboard’s end of the live link', () => {
  let socket: ScriptedSocket;
  let client: LiveClient;
  const said: string[] = [];

  beforeEach(async () => {
    said.length = 0;
    socket = new ScriptedSocket();
    client = new LiveClient({ create: async () => socket as unknown as LiveSocket });
    client.onLive = (again) => said.push(again ? 'live again' : 'live');
    client.onWatching = ({ type }) => said.push(type);
    await client.open();
  });

  it('asks once for what is watched twice, and ends it with its last holder', () => {
    socket.link();
    const [first, second] = [client.watch(agents), client.watch(agents)];
    socket.answer(0, 'agents');
    first();
    assert.deepEqual(socket.types(), ['watchAgents']);
    second();
    assert.deepEqual(socket.types(), ['watchAgents', 'unwatch']);
  });

  it('ends also what is dropped before it was answered', () => {
    socket.link();
    client.watch(agents)();
    socket.answer(0, 'agents');
    assert.deepEqual(socket.asked.at(-1)?.[0], { type: 'unwatch', topic: 'agents' });
  });

  it('does not end what somebody else has begun to watch meanwhile', () => {
    socket.link();
    client.watch(agents)();
    client.watch(agents);
    socket.answer(0, 'agents');
    socket.answer(1, 'agents');
    assert.deepEqual(socket.types(), ['watchAgents', 'watchAgents']);
  });

  it('says that it is up to date only when the controller has answered, at first and after each time away', async () => {
    client.watch(agents);
    socket.link();
    await settled();
    assert.deepEqual(said, []);
    socket.answer(0, 'agents');
    await settled();
    socket.cut();
    socket.link();
    await settled();
    assert.deepEqual(said, ['live']);
    socket.answer(1, 'agents');
    await settled();
    assert.deepEqual(said, ['live', 'live again']);
  });

  it('tries again when its code could not be loaded', async () => {
    const loads = [Promise.reject(new Error('cut off')), Promise.resolve(socket as unknown as LiveSocket)];
    const connected = new Promise<void>((resolve) => {
      socket.connect = () => (resolve(), socket);
    });
    const again = new LiveClient({ create: () => loads.shift() ?? Promise.reject(new Error('asked too often')), retryMs: 0 });
    await again.open();
    assert.equal(again.state.type, 'off');
    await connected;
    again.close();
  });

  it('says of each later thing when it is watched', async () => {
    socket.link();
    client.watch(agents);
    socket.answer(0, 'agents');
    await settled();
    assert.deepEqual(said, ['live', 'watchAgents']);
  });
});

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
