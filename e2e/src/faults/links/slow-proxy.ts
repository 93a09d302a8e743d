import { connect, createServer, type Server, type Socket } from 'node:net';

export interface LinkQuality {
  /** In each direction, over all connections together. */
  readonly bytesPerSecond: number;
  /** One way. */
  readonly delayMs: number;
}

/** What may wait at one end of the link, as in a router: beyond it the sender is held back. */
const bufferBytes = 131_072;

/** A TCP proxy that is a slow link: little goes through at once, and all of it late. It can also be shut, and opened again. */
export class SlowProxy {
  private readonly sockets = new Set<Socket>();
  private readonly up: Direction;
  private readonly down: Direction;
  private isShut = false;

  private constructor(
    private readonly server: Server,
    readonly port: number,
    quality: LinkQuality,
  ) {
    this.up = new Direction(quality);
    this.down = new Direction(quality);
  }

  /** A link to what listens there, asked again for each connection: a port of this machine, or the path of a socket. */
  static async open(
    target: () => number | string,
    quality: LinkQuality = { bytesPerSecond: Number.POSITIVE_INFINITY, delayMs: 0 },
  ): Promise<SlowProxy> {
    const server = createServer({ allowHalfOpen: true });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const proxy = new SlowProxy(server, typeof address === 'object' && address !== null ? address.port : 0, quality);
    server.on('connection', (near) => proxy.join(near, target()));
    return proxy;
  }

  /** Cuts what is open, and takes nothing new. */
  shut(): void {
    this.isShut = true;
    for (const socket of this.sockets) socket.destroy();
  }

  reopen(): void {
    this.isShut = false;
  }

  async close(): Promise<void> {
    this.shut();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private join(near: Socket, target: number | string): void {
    if (this.isShut) return void near.destroy();
    const far = typeof target === 'number' ? connect(target, '127.0.0.1') : connect(target);
    for (const socket of [near, far]) {
      this.sockets.add(socket);
      socket.setNoDelay(true);
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    this.up.carry(near, far);
    this.down.carry(far, near);
  }
}

/** One direction of the link: bytes leave one after the other, at its speed, and arrive in that order after its delay. */
class Direction {
  private readonly underWay: Array<{ readonly dueMs: number; readonly arrive: () => void }> = [];
  private freeAtMs = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly quality: LinkQuality) {}

  carry(from: Socket, to: Socket): void {
    let waitingBytes = 0;
    from.on('data', (chunk: Buffer) => {
      waitingBytes += chunk.length;
      if (waitingBytes > bufferBytes) from.pause();
      this.send(chunk.length, () => {
        waitingBytes -= chunk.length;
        if (waitingBytes <= bufferBytes) from.resume();
        to.write(chunk);
      });
    });
    from.on('end', () => this.send(0, () => to.end()));
  }

  private send(bytes: number, arrive: () => void): void {
    this.freeAtMs = Math.max(performance.now(), this.freeAtMs) + (bytes / this.quality.bytesPerSecond) * 1_000;
    this.underWay.push({ dueMs: this.freeAtMs + this.quality.delayMs, arrive });
    this.timer ??= this.next();
  }

  private next(): NodeJS.Timeout | undefined {
    const [first] = this.underWay;
    return first && setTimeout(() => this.deliver(), Math.max(0, first.dueMs - performance.now()));
  }

  private deliver(): void {
    const now = performance.now();
    while ((this.underWay[0]?.dueMs ?? Number.POSITIVE_INFINITY) <= now) this.underWay.shift()?.arrive();
    this.timer = this.next();
  }
}
