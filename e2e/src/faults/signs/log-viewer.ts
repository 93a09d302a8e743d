import type { AttemptId } from '@drover/protocol';
import { liveEvent, liveLinkPath, type LiveMessage, type LiveReply } from '@drover/protocol/live';
import type { Socket } from 'socket.io-client';
import { connect } from '../../input/harness/sockets.js';
import type { Api } from '../../testing/api.js';

/** One browser that looks at a log: takes in what comes and gives credit, or stalls. */
export class LogViewer {
  /** Ranges of bytes that came, and those that are to be fetched. */
  readonly came: Array<{ readonly offset: number; readonly bytes: Buffer }> = [];
  readonly gaps: Array<{ readonly from: number; readonly to: number }> = [];
  cameBytes = 0;
  /** The longest time between two pieces that came. */
  longestSilenceMs = 0;
  private lastCameMs: number | undefined;
  private listener: () => void = () => undefined;

  private constructor(
    private readonly socket: Socket,
    private readonly attemptId: AttemptId,
    private readonly keeps: boolean,
  ) {}

  static async open({ base, cookie }: Api, attemptId: AttemptId, kind: 'reads' | 'givesNoCredit' | 'doesNotEvenRead'): Promise<LogViewer> {
    const socket = await connect(base, liveLinkPath, { cookie, origin: base });
    const viewer = new LogViewer(socket, attemptId, kind === 'reads');
    socket.on(liveEvent, (message: LiveMessage) => viewer.hear(message));
    const reply = (await socket.timeout(30_000).emitWithAck(liveEvent, { type: 'watchLog', attemptId, offset: 0 })) as LiveReply;
    if (!reply.ok) throw new Error(`the log cannot be watched: ${reply.detail}`);
    if (kind === 'doesNotEvenRead') stopReading(socket);
    return viewer;
  }

  /** Resolves once all bytes up to `end` have come or are known to be a gap. */
  until(end: number, limitMs = 120_000): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`a viewer came to ${this.end()} of ${end} bytes in ${limitMs} ms`)), limitMs);
      this.listener = () => {
        if (this.end() < end) return;
        clearTimeout(timer);
        resolve();
      };
      this.listener();
    });
  }

  close(): void {
    this.socket.disconnect();
  }

  private end(): number {
    return Math.max(0, ...this.came.slice(-1).map(({ offset, bytes }) => offset + bytes.length));
  }

  private hear(message: LiveMessage): void {
    if (message.type === 'logGap') this.gaps.push({ from: message.from, to: message.to });
    if (message.type !== 'logBytes') return;
    const bytes = Buffer.from(message.bytes);
    this.cameBytes += bytes.length;
    const nowMs = performance.now();
    this.longestSilenceMs = Math.max(this.longestSilenceMs, nowMs - (this.lastCameMs ?? nowMs));
    this.lastCameMs = nowMs;
    if (!this.keeps) return;
    this.came.push({ offset: message.offset, bytes });
    this.socket.emit(liveEvent, { type: 'logCredit', attemptId: this.attemptId, taken: message.offset + bytes.length });
    this.listener();
  }
}

/** The machine of this viewer takes nothing from the network any more. */
function stopReading(socket: Socket): void {
  const transport: unknown = socket.io.engine.transport;
  if (typeof transport !== 'object' || transport === null || !('ws' in transport)) throw new Error('the viewer has no WebSocket');
  const { ws } = transport;
  if (typeof ws !== 'object' || ws === null || !('pause' in ws) || typeof ws.pause !== 'function')
    throw new Error('the WebSocket cannot be paused');
  ws.pause();
}
