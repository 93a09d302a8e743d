import type { UploadId } from '@drover/protocol';

interface Writer {
  readonly controller: AbortController;
  readonly done: Promise<unknown>;
}

/** One writer for each upload: a new one makes the former stop (its connection may hang half open) and waits until it has. */
export class Writers {
  private readonly writers = new Map<UploadId, Writer>();

  async run<T>(key: UploadId, write: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const former = this.writers.get(key);
    const controller = new AbortController();
    const done = this.after(former, () => write(controller.signal));
    const writer = { controller, done: done.catch(() => undefined) };
    this.writers.set(key, writer);
    try {
      return await done;
    } finally {
      if (this.writers.get(key) === writer) this.writers.delete(key);
    }
  }

  /** Stops all and waits for them. */
  async close(): Promise<void> {
    for (const { controller } of this.writers.values()) controller.abort();
    await Promise.all([...this.writers.values()].map(({ done }) => done));
  }

  private async after<T>(former: Writer | undefined, write: () => Promise<T>): Promise<T> {
    former?.controller.abort();
    await former?.done;
    return write();
  }
}

/** The pieces of a source until it ends, breaks, has given `limit` bytes, or the signal says stop; tells how it ended. */
export async function take(
  source: AsyncIterable<Uint8Array>,
  { limit, signal }: { readonly limit: number; readonly signal: AbortSignal },
  each: (piece: Uint8Array) => Promise<void>,
): Promise<unknown> {
  const pieces = source[Symbol.asyncIterator]();
  let stopWaiting = (_: Error): void => undefined;
  const stop = (): void => stopWaiting(new EndedEarly('overtaken'));
  signal.addEventListener('abort', stop, { once: true });
  // Not Promise.race with one long promise: that would hold on to every piece until the end.
  const nextPiece = (): Promise<IteratorResult<Uint8Array>> =>
    new Promise((resolve, reject) => {
      stopWaiting = reject;
      if (signal.aborted) stop();
      else pieces.next().then(resolve, reject);
    });
  let room = limit;
  try {
    for (;;) {
      const next = await nextPiece();
      if (next.done) return undefined;
      if (next.value.length > room) throw new EndedEarly('tooMuch');
      room -= next.value.length;
      await each(next.value);
    }
  } catch (cause) {
    void pieces.return?.()?.catch(() => undefined);
    if (cause instanceof StorageFault) throw cause;
    return cause;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Why a source was not read to its end, though its sender was there still. */
class EndedEarly extends Error {
  constructor(readonly reason: 'tooMuch' | 'overtaken') {
    super(reason === 'tooMuch' ? 'the request has more bytes than the upload has left' : 'another request continues with this upload');
  }
}

export const reasonOf = (cause: unknown): 'sender' | 'tooMuch' | 'overtaken' => (cause instanceof EndedEarly ? cause.reason : 'sender');

/** The storage's own trouble, told apart from the sender's. */
export class StorageFault extends Error {}
