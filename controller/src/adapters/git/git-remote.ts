import { mkdir, rm } from 'node:fs/promises';
import type { Gate } from '@drover/protocol/outgoing';
import { createLimit } from '../../services/limit.js';
import type { GitRemote, RemoteAnswer, RemoteRepository } from '../../services/ports/git-remote.js';
import { CommitMessages } from './commit-messages.js';
import type { GitRoom } from './git-process.js';
import { withReading, type Reading } from './reading.js';
import { parseListing } from './ref-listing.js';
import { resolveRef } from './resolution.js';

/** Each is a process with a connection; more at once than this wait. */
const atOnce = 8;
/** Their own limit: a host that is slow with a message must not hold up a run. */
const messagesAtOnce = 2;
/** A host that cannot leave out the files would send them all. */
const messageLimitMs = 10_000;

export interface GitRemoteOptions {
  /** The part of the machine's environment that git needs (PATH, proxies, certificates). */
  readonly environment: Readonly<Record<string, string>>;
  /** Decides which addresses may be connected to; absent: any. */
  readonly gate?: Gate | undefined;
  /** A private folder of git's own, below the data folder; what an earlier process left in it is removed. */
  readonly folder: string;
  /** What a remote may make Git take. */
  readonly room?: GitRoom | undefined;
}

/** Reads remote repositories with the machine's git. */
export function createGitRemote({ environment, gate, folder, room }: GitRemoteOptions): GitRemote {
  const limited = createLimit(atOnce);
  const limitedMessages = createLimit(messagesAtOnce);
  const prepared = makeAfresh(folder);
  prepared.catch(() => undefined); // each reading fails with it
  const messages = new CommitMessages();
  const read = <T>(
    repository: RemoteRepository,
    signal: AbortSignal,
    act: (reading: Reading) => Promise<RemoteAnswer<T>>,
    limit = limited,
  ): Promise<RemoteAnswer<T>> =>
    limit(async () => {
      await prepared;
      return withReading({ repository, signal, environment, gate, parent: folder, room }, act);
    });
  return {
    refs: (repository, signal) =>
      read(repository, signal, async (reading) => {
        const end = await reading.git(['ls-remote', '--symref', '--', reading.address, 'HEAD', 'refs/heads/*', 'refs/tags/*']);
        return end.type === 'done' ? { ok: true, value: parseListing(end.output) } : reading.failed(end);
      }),
    resolve: (repository, ref, signal) => read(repository, signal, (reading) => resolveRef(reading, ref, messages)),
    message: async (repository, commit, signal) => {
      if (messages.known(commit) !== undefined) return messages.known(commit);
      const inTime = AbortSignal.any([signal, AbortSignal.timeout(messageLimitMs)]);
      const act = async (reading: Reading) => ({ ok: true as const, value: await messages.read(reading, commit) });
      const answer = await read(repository, inTime, act, limitedMessages);
      return answer.ok ? answer.value : undefined;
    },
  };
}

/** Keys that a crash left are gone, and the folder was not prepared by anybody else. */
async function makeAfresh(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { mode: 0o700 });
}
