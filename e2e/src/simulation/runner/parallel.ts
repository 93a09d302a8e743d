import { fork, type ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Block, Played } from './messages.js';

const worker = fileURLToPath(new URL('./worker.js', import.meta.url));
const blockSize = 25;
/** A block takes seconds; one that takes this long hangs. */
const longestBlockMs = 600_000;

export interface ManyHistories {
  readonly from: number;
  readonly count: number;
  readonly jobs: number;
  /** Told of each block; false from it ends the rest. */
  readonly onPlayed: (played: Played) => boolean;
}

/** Plays many histories in worker processes. Resolves when all are played, or `onPlayed` had enough; rejects when a worker dies or hangs. */
export async function playMany({ from, count, jobs, onPlayed }: ManyHistories): Promise<void> {
  let next = from;
  const end = from + count;
  const take = (): Block | undefined => {
    if (next >= end) return undefined;
    const block = { from: next, to: Math.min(next + blockSize, end) - 1 };
    next = block.to + 1;
    return block;
  };
  const tell = (played: Played): void => {
    if (!onPlayed(played)) next = end;
  };
  await Promise.all(Array.from({ length: jobs }, () => work(take, tell)));
}

async function work(take: () => Block | undefined, tell: (played: Played) => void): Promise<void> {
  const child = fork(worker, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  try {
    for (let block = take(); block !== undefined; block = take()) tell(await playBlock(child, block));
  } finally {
    child.kill('SIGKILL');
  }
}

function playBlock(child: ChildProcess, block: Block): Promise<Played> {
  return new Promise((resolve, reject) => {
    const fail = (why: string): void => reject(new Error(`the worker ${why} among the seeds ${block.from} to ${block.to}`));
    const onExit = (code: number | null, signal: string | null): void => fail(`ended with ${signal ?? code}`);
    const timer = setTimeout(() => fail('hangs'), longestBlockMs);
    child.once('exit', onExit);
    child.once('message', (played: Played) => {
      clearTimeout(timer);
      child.off('exit', onExit);
      resolve(played);
    });
    child.send(block);
  });
}
