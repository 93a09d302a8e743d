import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitTestResult } from '@drover/protocol/api';
import { OutgoingFault, proxySecrets, type Gate } from '@drover/protocol/outgoing';
import { localFolder } from '../../domain/pipelines/validation/sources.js';
import type { RemoteAnswer, RemoteRepository } from '../../services/ports/git-remote.js';
import { failureOf } from './failure.js';
import { destinationOf, type GitDestination } from './git-destination.js';
import { runGit, type GitEnd, type GitRoom } from './git-process.js';
import { gitSurroundings, type GitSurroundings } from './git-surroundings.js';
import { allowedRealPath } from './local-folder.js';
import { inWords } from './messages.js';

const limitMs = 30_000;
const limitBytes = 16_777_216;

/** A folder that an administrator allowed is no stranger's, and Git maps its packs, however large they are. */
const roomForLocal: GitRoom = { memoryMb: 1_048_576, fileMb: 1_024 };

/** How a repository names its objects; one that is made here must do as the remote does. */
export type ObjectFormat = 'sha1' | 'sha256';
export const formatOf = (hash: string): ObjectFormat => (hash.length === 64 ? 'sha256' : 'sha1');

/** One look at a repository. */
export interface Reading {
  /** What git is given as the repository. */
  readonly address: string;
  readonly isLocal: boolean;
  /** Runs git with a repository that is not there: only the remote is read, whatever lies around. */
  git(args: readonly string[]): Promise<GitEnd>;
  /** Runs git in the repository at this folder and looks for no other. */
  gitIn(repository: string, args: readonly string[]): Promise<GitEnd>;
  /** An empty repository of this format in the private folder of this reading: made at the first call for it, and new. */
  scratch(format: ObjectFormat): Promise<string | GitEnd>;
  /** The answer for a git that failed. */
  failed(end: GitEnd): No;
}

type No = Extract<RemoteAnswer<never>, { ok: false }>;
const unreachable = (detail: string, reason: GitTestResult = 'other'): No => ({ ok: false, kind: 'unreachable', detail, reason });

export interface ReadingRequest {
  readonly repository: RemoteRepository;
  readonly signal: AbortSignal;
  readonly environment: Readonly<Record<string, string>>;
  /** Decides which addresses may be connected to; absent: any. */
  readonly gate: Gate | undefined;
  readonly parent: string;
  readonly room?: GitRoom | undefined;
}

/** Prepares a git for one remote, lets `act` use it, and removes what it left. */
export async function withReading<T>(
  { repository, signal, environment, gate, parent, room }: ReadingRequest,
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
      room: isLocal ? roomForLocal : room,
    });
  const made = new Map<ObjectFormat, Promise<string | GitEnd>>();
  const scratch = (format: ObjectFormat): Promise<string | GitEnd> => {
    const repository = made.get(format) ?? makeScratch(join(surroundings.folder, `${format}.git`), { format, gitIn });
    made.set(format, repository);
    return repository;
  };
  try {
    return await act({
      address: destination.address,
      isLocal,
      git: (args) => gitIn(join(surroundings.folder, 'none'), args),
      gitIn,
      scratch,
      failed: (end) =>
        unreachable(
          inWords(end, { credentials, folder: surroundings.folder, secrets: proxySecrets(environment), limitMs }),
          failureOf(end),
        ),
    });
  } finally {
    await surroundings.remove();
  }
}

/** The destination, or why there is none. */
function allowed(destination: Promise<GitDestination>): Promise<GitDestination | No> {
  return destination.catch((error: unknown) => {
    if (error instanceof OutgoingFault) return unreachable(error.message, error.code === 'forbidden' ? 'forbidden' : 'other');
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

async function makeScratch(path: string, { format, gitIn }: { format: ObjectFormat; gitIn: Reading['gitIn'] }): Promise<string | GitEnd> {
  try {
    await mkdir(path, { mode: 0o700 });
  } catch {
    return { type: 'failed', words: 'the private folder of Git was changed by another program' };
  }
  const made = await gitIn(path, ['init', '--quiet', '--bare', '--template=', ...(format === 'sha256' ? ['--object-format=sha256'] : [])]);
  return made.type === 'done' ? path : made;
}
