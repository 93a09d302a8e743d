import { gitCauseOf, type Reason, type RunId } from '@drover/protocol';
import type { RunRecord } from '../../domain/runs/record.js';
import type { RunEvent, RunSourceState } from '../../domain/runs/run.js';
import type { DefinitionSnapshot } from '@drover/protocol/definition';
import { endpointOfRun, type Credentials } from '../ports/definitions.js';
import type { GitRemote, RemoteRepository } from '../ports/git-remote.js';

export interface SourcePorts {
  readonly gitRemote: GitRemote;
  readonly credentials: Credentials;
  readonly post: (runId: RunId, event: RunEvent) => Promise<void>;
}

/** Looks up the commits of runs that left the queue (S7); what a run asks twice is looked up once. */
export class SourceResolver {
  readonly #ports: SourcePorts;
  readonly #under = new Map<RunId, AbortController>();
  readonly #closing = new AbortController();

  constructor(ports: SourcePorts) {
    this.#ports = ports;
  }

  /** Resolves when the commits are stored and their messages, too: the run begins before its messages are read. */
  async resolve(record: RunRecord, definition: DefinitionSnapshot): Promise<void> {
    if (this.#under.has(record._id)) return;
    const controller = new AbortController();
    this.#under.set(record._id, controller);
    let found: readonly Found[] = [];
    try {
      const answer = await this.#lookUp(record, definition, controller.signal);
      if (controller.signal.aborted) return;
      found = answer.found;
      await this.#ports.post(record._id, answer.event);
    } finally {
      this.#under.delete(record._id);
    }
    await Promise.all(found.map((source) => this.#describe(source, record._id)));
  }

  /** The run has ended, or the controller closes. */
  abandon(runId?: RunId): void {
    if (runId !== undefined) return this.#under.get(runId)?.abort();
    this.#under.forEach((controller) => controller.abort());
    this.#closing.abort();
  }

  /** A message that cannot be read is left out: nothing depends on it. */
  async #describe({ index, commit, message, repository }: Found, runId: RunId): Promise<void> {
    if (message !== undefined) return;
    const { signal } = this.#closing;
    const read = await this.#ports.gitRemote.message(repository, commit, signal).catch(() => undefined);
    if (read === undefined || signal.aborted) return;
    await this.#ports.post(runId, { type: 'commitDescribed', index, commit, message: read });
  }

  async #lookUp(
    record: RunRecord,
    definition: DefinitionSnapshot,
    signal: AbortSignal,
  ): Promise<{ readonly event: RunEvent; readonly found: readonly Found[] }> {
    const open = record.run.sources.filter((source) => source.commit === undefined);
    const answers = await Promise.all(open.map((source) => this.#commitOf(source, record, definition, signal)));
    const failed = answers.find((answer) => 'reason' in answer);
    if (failed !== undefined && 'reason' in failed) return { event: { type: 'sourcesFailed', reason: failed.reason }, found: [] };
    const found = answers.filter((answer) => 'commit' in answer);
    const sources = found.map(({ index, commit, message }) => ({ index, commit, ...(message !== undefined && { message }) }));
    return { event: { type: 'sourcesResolved', sources }, found };
  }

  async #commitOf(
    source: RunSourceState,
    record: RunRecord,
    definition: DefinitionSnapshot,
    signal: AbortSignal,
  ): Promise<Found | { readonly reason: Reason }> {
    const name = source.alias ?? source.url;
    try {
      const repository = await this.#repositoryOf(source, record, definition);
      if ('reason' in repository) return repository;
      const answer = await this.#ports.gitRemote.resolve(repository, source.ref, signal);
      if (answer.ok) return { index: source.index, repository, ...answer.value };
      return answer.kind === 'refNotFound'
        ? { reason: { code: 'refNotFound', parameters: { source: name, ref: source.ref.name } } }
        : unreachableSource(name, answer.detail);
    } catch (error) {
      return unreachableSource(name, error instanceof Error ? error.message : String(error));
    }
  }

  async #repositoryOf(
    source: RunSourceState,
    record: RunRecord,
    definition: DefinitionSnapshot,
  ): Promise<RemoteRepository | { readonly reason: Reason }> {
    const { credentials } = this.#ports;
    const endpoint = definition.pipeline.sources[source.index]?.endpoint;
    const opened =
      endpoint === undefined
        ? { kind: 'none' as const }
        : await credentials.git(endpointOfRun(record.projectId, definition, endpoint), source.url);
    if (opened === undefined)
      return unreachableSource(
        source.alias ?? source.url,
        `endpoint ${endpoint} is not there, leads elsewhere, or its credentials cannot be read`,
      );
    return { url: source.url, credentials: opened, allowedFolders: await credentials.allowedFolders() };
  }
}

interface Found {
  readonly index: number;
  readonly repository: RemoteRepository;
  readonly commit: string;
  readonly message?: string;
}
function unreachableSource(source: string, detail: string): { readonly reason: Reason } {
  const cause = gitCauseOf(detail);
  return {
    reason: { code: 'sourceUnreachable', parameters: { source, detail: detail.slice(0, 1_500), ...(cause !== undefined && { cause }) } },
  };
}
