import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { fileURLToPath } from 'node:url';

/** A connection to the bare server, which sends back what it gets. */
export class BareSocket {
  readonly #socket: Socket;

  constructor(socket: Socket) {
    this.#socket = socket;
  }

  /** Resolves once as many bytes have come back. One at a time. */
  async roundTrip(bytes: Buffer): Promise<void> {
    let missing = bytes.length;
    this.#socket.write(bytes);
    while (missing > 0) missing -= ((await once(this.#socket, 'data')) as [Buffer])[0].length;
  }

  close(): void {
    this.#socket.destroy();
  }
}

/** A process of Node that does nothing but answer (`bare-server.ts`): what Drover's controller would cost if it did nothing. */
export class BareServer {
  readonly #child: ChildProcess;
  readonly #ports: { readonly echoPort: number; readonly httpPort: number };
  readonly #sockets: BareSocket[] = [];
  readonly #http = new Agent({ keepAlive: true });

  private constructor(child: ChildProcess, ports: { readonly echoPort: number; readonly httpPort: number }) {
    this.#child = child;
    this.#ports = ports;
  }

  /** Runs `work` beside such a process, which is gone afterwards. */
  static async during<T>(work: (server: BareServer) => Promise<T>): Promise<T> {
    const program = fileURLToPath(new URL('./bare-server.js', import.meta.url));
    const child = spawn(process.execPath, [program], { stdio: ['pipe', 'pipe', 'inherit'] });
    const [line] = (await once(child.stdout, 'data')) as [Buffer];
    const server = new BareServer(child, JSON.parse(line.toString()) as { readonly echoPort: number; readonly httpPort: number });
    try {
      return await work(server);
    } finally {
      await server.#close();
    }
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#ports.httpPort}/`;
  }

  /** So many further connections. */
  async connect(count: number): Promise<readonly BareSocket[]> {
    const made: BareSocket[] = [];
    while (made.length < count) {
      const socket = connect(this.#ports.echoPort, '127.0.0.1').setNoDelay(true);
      await once(socket, 'connect');
      made.push(new BareSocket(socket));
    }
    this.#sockets.push(...made);
    return made;
  }

  /** One request over a connection that is kept. */
  async ask(): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      get({ port: this.#ports.httpPort, host: '127.0.0.1', agent: this.#http }, (response) => {
        response.on('end', resolve).resume();
      }).on('error', reject);
    });
  }

  async #close(): Promise<void> {
    for (const socket of this.#sockets) socket.close();
    this.#http.destroy();
    this.#child.stdin?.end();
    if (this.#child.exitCode === null) await once(this.#child, 'exit');
  }
}
