import type { GitCredentials } from '@drover/protocol/agent';
import type { GitTestResult, Refs, RunRef } from '@drover/protocol/api';

export interface RemoteRepository {
  readonly url: string;
  readonly credentials: GitCredentials;
  /** Folders below which a local repository may lie. */
  readonly allowedFolders: readonly string[];
}

export type RemoteAnswer<T> =
  | { readonly ok: true; readonly value: T }
  | {
      readonly ok: false;
      readonly kind: 'unreachable' | 'refNotFound';
      readonly detail: string;
      /** Why the repository could not be read, where git's words tell. */
      readonly reason?: GitTestResult;
    };

/** Reads remote repositories. Bounded in time and output; credentials never in arguments, addresses or messages. */
export interface GitRemote {
  /** Branches and tags, at most 5,000 of each. */
  refs(repository: RemoteRepository, signal: AbortSignal): Promise<RemoteAnswer<Refs>>;
  /** The commit that a branch, tag (peeled) or commit names now; with the first line of its message where that costs no time. */
  resolve(
    repository: RemoteRepository,
    ref: RunRef,
    signal: AbortSignal,
  ): Promise<RemoteAnswer<{ readonly commit: string; readonly message?: string }>>;
  /** The first line of a commit's message, read without the files; undefined where it cannot be read within seconds. */
  message(repository: RemoteRepository, commit: string, signal: AbortSignal): Promise<string | undefined>;
}
