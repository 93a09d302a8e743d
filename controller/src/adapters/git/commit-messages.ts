import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitEnd } from './git-process.js';
import { formatOf, type Reading } from './reading.js';

const maxMessages = 2_000;
const maxMessageLength = 500;

/** First lines of messages, kept by commit, which never changes. */
export class CommitMessages {
  readonly #messages = new Map<string, string>();

  known(commit: string): string | undefined {
    return this.#messages.get(commit);
  }

  /** Undefined where the repository does not give the commit. */
  async read(reading: Reading, commit: string): Promise<string | undefined> {
    const repository = reading.isLocal ? await gitFolderOf(reading.address) : await fetchedInto(reading, commit);
    return repository === undefined ? undefined : this.readIn(reading, repository, commit);
  }

  /** From a repository of this machine that has the commit. */
  async readIn(reading: Reading, repository: string, commit: string): Promise<string | undefined> {
    const end = await reading.gitIn(repository, ['log', '-1', '--no-show-signature', '--format=%s', '--end-of-options', commit]);
    if (end.type !== 'done') return undefined;
    const message = end.output
      .trim()
      .replaceAll(/\p{Cc}/gu, ' ')
      .slice(0, maxMessageLength);
    const [oldest] = this.#messages.keys();
    if (this.#messages.size >= maxMessages && oldest !== undefined) this.#messages.delete(oldest);
    this.#messages.set(commit, message);
    return message;
  }
}

/** Where the repository of an allowed folder keeps its objects: the folder itself if it is bare. */
export async function gitFolderOf(folder: string): Promise<string> {
  const inside = join(folder, '.git');
  return stat(inside).then(
    () => inside,
    () => folder,
  );
}

/** One commit without its files, into the private folder. */
export async function fetchOne({ gitIn, scratch, address }: Reading, commit: string): Promise<GitEnd> {
  const repository = await scratch(formatOf(commit));
  return typeof repository === 'string'
    ? gitIn(repository, ['fetch', '--quiet', '--depth=1', '--no-tags', '--filter=tree:0', '--', address, commit])
    : repository;
}

async function fetchedInto(reading: Reading, commit: string): Promise<string | undefined> {
  const [fetched, repository] = [await fetchOne(reading, commit), await reading.scratch(formatOf(commit))];
  return fetched.type === 'done' && typeof repository === 'string' ? repository : undefined;
}
