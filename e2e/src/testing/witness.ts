import { createServer, type Server } from 'node:net';
import { createInterface } from 'node:readline';

/** Hears from tasks that they run: each connection tells one line. What runs twice is heard twice. */
export class Witness {
  readonly heard: string[] = [];
  private readonly listeners = new Set<() => void>();

  private constructor(
    private readonly server: Server,
    readonly port: number,
  ) {}

  static async open(): Promise<Witness> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const witness = new Witness(server, typeof address === 'object' && address !== null ? address.port : 0);
    server.on('connection', (socket) => {
      socket.on('error', () => socket.destroy());
      createInterface({ input: socket }).on('line', (line) => witness.hear(line));
    });
    return witness;
  }

  /** A line of bash that tells the witness this word. */
  tell(word: string): string {
    return `{ echo "${word}" > /dev/tcp/127.0.0.1/${this.port}; }`;
  }

  /** Resolves once a line was heard that matches. */
  until(matches: (line: string) => boolean, limitMs = 30_000): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const line = this.heard.find(matches);
        if (line === undefined) return;
        clearTimeout(timer);
        this.listeners.delete(look);
        resolve(line);
      };
      const timer = setTimeout(() => reject(new Error(`the witness heard only: ${this.heard.slice(-20).join(' | ')}`)), limitMs);
      this.listeners.add(look);
      look();
    });
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }

  private hear(line: string): void {
    this.heard.push(line);
    for (const listener of this.listeners) listener();
  }
}
