import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { OutgoingFault, proxySecrets, type Gate } from '@drover/protocol/outgoing';
import type { RunRef } from '@drover/protocol/api';
import { localFolder } from '../../domain/pipelines/validation/sources.js';
import { createLimit } from '../../services/limit.js';
import type { GitRemote, RemoteAnswer, RemoteRepository } from '../../services/ports/git-remote.js';
import { CommitMessages, fetchOne, gitFolderOf } from './commit-messages.js';
import { runGit, type GitEnd } from './git-process.js';
import { gitSurroundings, type GitSurroundings } from './git-surroundings.js';
import { destinationOf, type GitDestination } from './git-destination.js';
import { allowedRealPath } from './local-folder.js';
import { inWords } from './messages.js';
import type { Reading } from './reading.js';
import { parseListing } from './ref-listing.js';

const limitMs = 30_000;
/** A host that cannot leave out the files would send them all. */
const messageLimitMs = 10_000;
const limitBytes = 16_777_216;
/** Each is a process with a connection; more at once than this wait. */
const atOnce = 8;
/** Their own limit: a host that is slow with a message must not hold up a run. */
const messagesAtOnce = 2;
const fullHash = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

type Resolved = { readonly commit: string };
export interface GitRemoteOptions {
  /** The part of the machine's environment that git needs (PATH, proxies, certificates). */
  readonly environment: Readonly<Record<string, string>>;
  /** Decides which addresses may be connected to; absent: any. */
  readonly gate?: Gate | undefined;
  /** A private folder of git's own, below the data folder; what an earlier process left in it is removed. */
  readonly folder: string;
}

/** Reads remote repositories with the machine's git. */
export function createGitRemote({ environment, gate, folder }: GitRemoteOptions): GitRemote {
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
      return withReading({ repository, signal, environment, gate, parent: folder }, act);
    });
  return {
    refs: (repository, signal) =>
      read(repository, signal, async (reading) => {
        const end = await reading.git(['ls-remote', '--symref', '--', reading.address, 'HEAD', 'refs/heads/*', 'refs/tags/*']);
        return end.type === 'done' ? { ok: true, value: parseListing(end.output) } : unreachable(reading.words(end));
      }),
    resolve: (repository, ref, signal) =>
      read(repository, signal, async (reading) => {
        const found = await (ref.type === 'commit' ? resolveCommit(reading, ref.name) : resolveNamed(reading, ref));
        if (!found.ok) return found;
        const { commit } = found.value;
        const message = messages.known(commit) ?? (await messageHere(reading, { commit, isFetched: ref.type === 'commit' }, messages));
        return { ok: true, value: { commit, ...(message !== undefined && { message }) } };
      }),
    message: async (repository, commit, signal) => {
      if (messages.known(commit) !== undefined) return messages.known(commit);
      const inTime = AbortSignal.any([signal, AbortSignal.timeout(messageLimitMs)]);
      const act = async (reading: Reading) => ({ ok: true as const, value: await messages.read(reading, commit) });
      const answer = await read(repository, inTime, act, limitedMessages);
      return answer.ok ? answer.value : undefined;
    },
  };
}

type No = Extract<RemoteAnswer<never>, { ok: false }>;
const unreachable = (detail: string): No => ({ ok: false, kind: 'unreachable', detail });
const notFound = (detail: string): No => ({ ok: false, kind: 'refNotFound', detail });

/** Keys that a crash left are gone, and the folder was not prepared by anybody else. */
async function makeAfresh(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { mode: 0o700 });
}

interface ReadingRequest {
  readonly repository: RemoteRepository;
  readonly signal: AbortSignal;
  readonly environment: Readonly<Record<string, string>>;
  /** Decides which addresses may be connected to; absent: any. */
  readonly gate: Gate | undefined;
  readonly parent: string;
}

async function withReading<T>(
  { repository, signal, environment, gate, parent }: ReadingRequest,
  act: (reading: Reading) => Promise<RemoteAnswer<T>>,
): Promise<RemoteAnswer<T>> {
  const { url, credentials, allowedFolders } = repository;
  if (url.startsWith('-')) return unreachable('that is no address');
  const folder = localFolder(url);
  const address = folder === undefined ? url : await allowedRealPath(folder, allowedFolders);
  if (address === undefined) return unreachable('that folder is not there, or no administrator has allowed it');
  const isLocal = folder !== undefined;
  const destination = isLocal
    ? { address, settings: [], sshOptions: [] }
    : await allowed(destinationOf(url, { gate, environment, canPin: () => keepsToAddresses({ environment, parent }) }));
  if ('ok' in destination) return destination;
  const surroundings: GitSurroundings = await gitSurroundings({ parent, url, credentials, isLocal, base: environment, destination });
  const gitIn = (repository: string, args: readonly string[]) =>
    runGit({
      args: [`--git-dir=${repository}`, ...args],
      environment: surroundings.environment,
      cwd: surroundings.folder,
      limitMs,
      limitBytes,
      signal,
    });
  let scratch: Promise<string | GitEnd> | undefined;
  try {
    return await act({
      address: destination.address,
      isLocal,
      git: (args) => gitIn(join(surroundings.folder, 'none'), args),
      gitIn,
      scratch: (commit) => (scratch ??= makeScratch(join(surroundings.folder, 'one.git'), commit, gitIn)),
      words: (end) => inWords(end, { credentials, folder: surroundings.folder, secrets: proxySecrets(environment), limitMs }),
    });
  } finally {
    await surroundings.remove();
  }
}

/** The destination, or why there is none. */
function allowed(destination: Promise<GitDestination>): Promise<GitDestination | No> {
  return destination.catch((error: unknown) => {
    if (error instanceof OutgoingFault) return unreachable(error.message);
    throw error;
  });
}

/** Whether this git knows `http.curloptResolve`. */
async function keepsToAddresses({ environment, parent }: Pick<ReadingRequest, 'environment' | 'parent'>): Promise<boolean> {
  const signal = new AbortController().signal;
  const end = await runGit({ args: ['version'], environment, cwd: parent, limitMs, limitBytes, signal });
  const [, major = '0', minor = '0'] = /(\d+)\.(\d+)/.exec(end.type === 'done' ? end.output : '') ?? [];
  return Number(major) > 2 || (Number(major) === 2 && Number(minor) >= 37);
}

async function makeScratch(path: string, commit: string, gitIn: Reading['gitIn']): Promise<string | GitEnd> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch {
    return { type: 'failed', words: 'the private folder of Git was changed by another program' };
  }
  const made = await gitIn(path, ['init', '--quiet', '--bare', '--template=', ...(commit.length === 64 ? ['--object-format=sha256'] : [])]);
  return made.type === 'done' ? path : made;
}

async function resolveNamed({ git, address, words }: Reading, ref: RunRef): Promise<RemoteAnswer<Resolved>> {
  const name = `refs/${ref.type === 'tag' ? 'tags' : 'heads'}/${ref.name}`;
  const end = await git(['ls-remote', '--', address, name, `${name}^{}`]);
  if (end.type !== 'done') return unreachable(words(end));
  const hashes = new Map(end.output.split('\n').map((line) => [line.split('\t')[1] ?? '', line.split('\t')[0] ?? '']));
  const commit = hashes.get(`${name}^{}`) ?? hashes.get(name);
  return commit === undefined ? notFound(`there is no ${ref.type} “${ref.name}”`) : { ok: true, value: { commit } };
}

/** A whole id is asked for by itself; a shortened one is looked up among all commits of branches and tags, without their files. */
async function resolveCommit(reading: Reading, given: string): Promise<RemoteAnswer<Resolved>> {
  const name = given.toLowerCase();
  const { git, gitIn, address, isLocal, words, scratch } = reading;
  if (!/^[0-9a-f]{7,64}$/.test(name)) return notFound(`“${name}” is no commit`);
  if (isLocal) {
    return expanded(reading, await gitFolderOf(address), name);
  }
  if (!fullHash.test(name)) {
    const listed = await git(['ls-remote', '--', address, 'HEAD', 'refs/heads/*']);
    const sample = listed.type === 'done' ? (listed.output.split('\t')[0] ?? '') : ''; // its length is that of all ids there
    const repository = await scratch(sample);
    if (typeof repository !== 'string') return unreachable(words(repository));
    const all = ['+refs/heads/*:refs/heads/*', '+refs/tags/*:refs/tags/*'];
    const fetched = await gitIn(repository, ['fetch', '--quiet', '--no-tags', '--filter=tree:0', '--', address, ...all]);
    return fetched.type === 'done' ? expanded(reading, repository, name) : unreachable(words(fetched));
  }
  const end = await fetchOne(reading, name);
  if (end.type === 'done') return { ok: true, value: { commit: name } };
  return end.type === 'failed' && /not our ref|unadvertised|no such remote ref|couldn't find/i.test(end.words)
    ? notFound(`there is no commit “${name}”`)
    : unreachable(words(end));
}

/** The one commit whose id begins so. */
async function expanded({ gitIn }: Reading, repository: string, name: string): Promise<RemoteAnswer<Resolved>> {
  const end = await gitIn(repository, ['rev-parse', '--verify', '--end-of-options', `${name}^{commit}`]);
  if (end.type === 'done') return { ok: true, value: { commit: end.output.trim() } };
  return notFound(
    end.type === 'failed' && /ambiguous/i.test(end.words)
      ? `several commits begin with “${name}”: give more digits`
      : `there is no commit “${name}”`,
  );
}

/** The message of a commit that is on this machine already. */
async function messageHere(
  reading: Reading,
  { commit, isFetched }: { readonly commit: string; readonly isFetched: boolean },
  messages: CommitMessages,
): Promise<string | undefined> {
  if (reading.isLocal) return messages.read(reading, commit);
  const repository = isFetched ? await reading.scratch(commit) : undefined;
  return typeof repository === 'string' ? messages.readIn(reading, repository, commit) : undefined;
}
