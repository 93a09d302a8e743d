import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { BSON, type Document } from 'mongodb';

/** What happens to a command. `cut`: it is carried out, but its answer is lost with the connection. `hold`: its answer waits. */
export type Fate = 'pass' | 'cut' | { readonly hold: Promise<unknown> } | { readonly answer: Document };

const opReply = 1;
const opQuery = 2_004;
const opMessage = 2_013;
const headerBytes = 16;
const tlsHandshake = 0x16;

/** A proxy that understands MongoDB's wire protocol: it stands in for a replica set that changes its state, and for bad networks. */
export class WireProxy {
  /** Decides about each command, by its name. */
  fateOf: (name: string, command: Document) => Fate = () => 'pass';
  /** Changes what servers say of themselves. */
  hello: Document = {};
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly target: string,
  ) {}

  /** Between clients and the socket of an embedded store, by its URI. */
  static async open(storeUri: string): Promise<WireProxy> {
    const [, path = ''] = /^mongodb:\/\/([^/]+)\//.exec(storeUri) ?? [];
    const server = createServer({ noDelay: true });
    const proxy = new WireProxy(server, decodeURIComponent(path));
    server.on('connection', (client) => proxy.serve(client));
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return proxy;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** `options` of the URI, such as `replicaSet=farm`. */
  uri(database: string, options = 'directConnection=true'): string {
    return `mongodb://127.0.0.1:${this.port}/${database}?${options}`;
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    this.server.close();
    await once(this.server, 'close');
  }

  private serve(client: Socket): void {
    const store = connect(this.target);
    const fates = new Map<number, { readonly fate: Fate; readonly name: string }>();
    const end = (): void => {
      client.destroy();
      store.destroy();
    };
    for (const socket of [client, store]) {
      this.sockets.add(socket);
      socket.on('error', end);
      socket.on('close', () => (this.sockets.delete(socket), end()));
    }
    onMessages(client, (message) => {
      const id = message.readInt32LE(4);
      const command = commandOf(message);
      const [name = ''] = Object.keys(command);
      const fate = this.fateOf(name, command);
      if (typeof fate === 'object' && 'answer' in fate) return void client.write(encoded(id, fate.answer));
      fates.set(id, { fate, name });
      store.write(message);
    });
    onMessages(store, (message) => {
      const id = message.readInt32LE(8);
      const { fate = 'pass', name = '' } = fates.get(id) ?? {};
      fates.delete(id);
      if (fate === 'cut') return end();
      const reply = /^(?:hello|ismaster)$/i.test(name) ? helloed(message, this.hello) : message;
      if (fate === 'pass') client.write(reply);
      else if ('hold' in fate) void fate.hold.then(() => client.writable && client.write(reply));
    });
  }
}

/** What a server answers that is not, or no longer, the primary. */
export const stateChange = (code: number, codeName: string): Document => ({ ok: 0, code, codeName, errmsg: codeName });

function onMessages(socket: Socket, each: (message: Buffer) => void): void {
  let waiting = Buffer.alloc(0);
  socket.on('data', (piece: Buffer) => {
    waiting = Buffer.concat([waiting, piece]);
    if (waiting[0] === tlsHandshake && waiting[1] === 3) return void socket.destroy(); // as a server without TLS does
    while (waiting.length >= 4 && waiting.length >= waiting.readInt32LE(0)) {
      const length = waiting.readInt32LE(0);
      each(waiting.subarray(0, length));
      waiting = waiting.subarray(length);
    }
  });
}

function commandOf(message: Buffer): Document {
  if (message.readInt32LE(12) === opMessage) return BSON.deserialize(documentAt(message, headerBytes + 5));
  if (message.readInt32LE(12) !== opQuery) throw new Error(`expected a command, got operation ${message.readInt32LE(12)}`);
  return BSON.deserialize(documentAt(message, message.indexOf(0, headerBytes + 4) + 9));
}

const documentAt = (message: Buffer, at: number): Buffer => message.subarray(at, at + message.readInt32LE(at));

function encoded(id: number, reply: Document): Buffer {
  const body = BSON.serialize(reply);
  const head = Buffer.alloc(headerBytes + 5);
  head.writeInt32LE(head.length + body.length, 0);
  head.writeInt32LE(id, 8);
  head.writeInt32LE(opMessage, 12);
  return Buffer.concat([head, body]);
}

/** The answer to a hello with other facts; the first one of a connection has the old form. */
function helloed(message: Buffer, facts: Document): Buffer {
  const at = message.readInt32LE(12) === opReply ? headerBytes + 20 : headerBytes + 5;
  const body = BSON.serialize({ ...BSON.deserialize(documentAt(message, at)), ...facts });
  const changed = Buffer.concat([message.subarray(0, at), body]);
  changed.writeInt32LE(changed.length, 0);
  return changed;
}
