import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { PipelineFile } from '@drover/protocol/definition';
import { createLimit } from '../../services/limit.js';
import { refused, type Result } from '../../services/result.js';

export interface ReaderBounds {
  /** How long reading one text may take. */
  readonly withinMs: number;
  /** JavaScript heap of the thread. */
  readonly heapMb: number;
  /** Texts that may wait for their turn. */
  readonly waiting: number;
  /** The thread ends when it had nothing to do for so long, and its memory is free again. */
  readonly idleMs: number;
}

/** A text at the limit of its size and of its values takes about a second and 150 MB. */
const defaultBounds: ReaderBounds = { withinMs: 15_000, heapMb: 256, waiting: 16, idleMs: 30_000 };

export interface FileReader {
  read(text: string): Promise<Result<PipelineFile>>;
  close(): Promise<void>;
}

const busy = refused('unavailable', 'Too many files are being imported at once; try again in a moment.', { retryAfterSeconds: 5 });
const tooComplex = refused('definitionInvalid', 'The file is not valid: reading it takes too much time or memory; make it simpler.', {
  errors: [{ path: '/yaml', message: 'takes too much time or memory to read' }],
});

/** Reads `drover.yaml` off the main thread, one text at a time, each within its bounds. The thread starts with the first text. */
export function createFileReader(bounds: Partial<ReaderBounds> = {}): FileReader {
  const { withinMs, heapMb, waiting, idleMs } = { ...defaultBounds, ...bounds };
  const oneAfterTheOther = createLimit(1);
  let worker: Worker | undefined;
  let pending = 0;
  let idle: NodeJS.Timeout | undefined;
  const end = async (): Promise<void> => {
    clearTimeout(idle);
    const ending = worker;
    worker = undefined;
    await ending?.terminate();
  };
  const readNow = async (text: string): Promise<Result<PipelineFile>> => {
    clearTimeout(idle);
    worker ??= startThread(heapMb, (ended) => (worker = worker === ended ? undefined : worker));
    const result = await answerOf(worker, text, withinMs);
    if (result === undefined) await end(); // it may still be computing
    idle = setTimeout(() => void end(), idleMs).unref();
    return result ?? tooComplex;
  };
  return {
    async read(text) {
      if (pending > waiting) return busy;
      pending += 1;
      return oneAfterTheOther(() => readNow(text)).finally(() => (pending -= 1));
    },
    close: end,
  };
}

function startThread(heapMb: number, onEnd: (ended: Worker) => void): Worker {
  const resourceLimits = { maxOldGenerationSizeMb: heapMb };
  const worker = import.meta.url.endsWith('.ts')
    ? new Worker(new URL('./reader-thread-from-source.mjs', import.meta.url), { resourceLimits, execArgv: [] })
    : new Worker(new URL('./reader-thread.js', import.meta.url), { resourceLimits });
  worker.on('error', () => undefined); // a caller that waits for an answer sees it
  worker.once('exit', () => onEnd(worker));
  worker.unref();
  return worker;
}

/** What the thread answers; undefined where it did not in time, or ended because its memory did not suffice. */
async function answerOf(worker: Worker, text: string, withinMs: number): Promise<Result<PipelineFile> | undefined> {
  const inTime = new AbortController();
  const deadline = setTimeout(() => inTime.abort(), withinMs);
  worker.ref();
  try {
    const answered = once(worker, 'message', { signal: inTime.signal }); // rejects with the thread's error, too
    const ended = once(worker, 'exit', { signal: inTime.signal }).then(() => undefined);
    ended.catch(() => undefined);
    worker.postMessage(text);
    const answer = await Promise.race([answered, ended]);
    return (answer as [Result<PipelineFile>] | undefined)?.[0];
  } catch (error) {
    if (inTime.signal.aborted || isOutOfMemory(error)) return undefined;
    throw error;
  } finally {
    clearTimeout(deadline);
    inTime.abort();
    worker.unref();
  }
}

const isOutOfMemory = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === 'ERR_WORKER_OUT_OF_MEMORY';
