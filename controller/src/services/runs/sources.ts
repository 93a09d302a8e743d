import { gitCauseOf, type Reason, type RunId } from '@drover/protocol';
import type { RunRecord } from '../../domain/runs/record.js';
import type { RunEvent, RunSourceState } from '../../domain/runs/run.js';
import type { DefinitionSnapshot } from '@drover/protocol/definition';
import { endpointOfRun, type Credentials } from '../ports/definitions.js';
import type { GitRemote } from '../ports/git-remote.js';

export interface SourcePorts {
  readonly gitRemote: GitRemote;
  readonly credentials: Credentials;
  readonly post: (runId: RunId, event: RunEvent) => Promise<void>;
}

/** Looks up the commits of runs that left the queue (S7); what a run asks twice is looked up once. */
export class SourceResolver {
  readonly #ports: SourcePorts;
  readonly #under = new Map<RunId, AbortController>();

  constructor(ports: SourcePorts) {
    this.#ports = ports;
  }

  async resolve(record: RunRecord, definition: DefinitionSnapshot): Promise<void> {
    if (this.#under.has(record._id)) return;
    const controller = new AbortController();
    this.#under.set(record._id, controller);
    try {
      const event = await this.#lookUp(record, definition, controller.signal);
      if (!controller.signal.aborted) await this.#ports.post(record._id, event);
    } finally {
      this.#under.delete(record._id);
    }
  }

  /** The run has ended, or the controller closes. */
  abandon(runId?: RunId): void {
    if (runId !== undefined) this.#under.get(runId)?.abort();
    else this.#under.forEach((controller) => controller.abort());
  }

  async #lookUp(record: RunRecord, definition: DefinitionSnapshot, signal: AbortSignal): Promise<RunEvent> {
    const open = record.run.sources.filter((source) => source.commit === undefined);
    const answers = await Promise.all(open.map((source) => this.#commitOf(source, record, definition, signal)));
    const failed = answers.find((answer) => 'reason' in answer);
    if (failed !== undefined && 'reason' in failed) return { type: 'sourcesFailed', reason: failed.reason };
    return { type: 'sourcesResolved', sources: answers.filter((answer) => 'commit' in answer) };
  }

  async #commitOf(
    source: RunSourceState,
    record: RunRecord,
    definition: DefinitionSnapshot,
    signal: AbortSignal,
  ): Promise<Found | { readonly reason: Reason }> {
    const { credentials, gitRemote } = this.#ports;
    const name = source.alias ?? source.url;
    const endpoint = definition.pipeline.sources[source.index]?.endpoint;
    try {
      const opened =
        endpoint === undefined
          ? { kind: 'none' as const }
          : await credentials.git(endpointOfRun(record.projectId, definition, endpoint), source.url);
      if (opened === undefined)
        return unreachableSource(name, `endpoint ${endpoint} is not there, leads elsewhere, or its credentials can not be read`);
      const allowedFolders = await credentials.allowedFolders();
      const answer = await gitRemote.resolve({ url: source.url, credentials: opened, allowedFolders }, source.ref, signal);
      if (answer.ok) return { index: source.index, ...answer.value };
      return answer.kind === 'refNotFound'
        ? { reason: { code: 'refNotFound', parameters: { source: name, ref: source.ref.name } } }
        : unreachableSource(name, answer.detail);
    } catch (error) {
      return unreachableSource(name, error instanceof Error ? error.message : String(error));
    }
  }
}

interface Found {
  readonly index: number;
  readonly commit: string;
  readonly message?: string;
}
function unreachableSource(source: string, detail: string): { readonly reason: Reason } {
  const cause = gitCauseOf(detail);
  return {
    reason: { code: 'sourceUnreachable', parameters: { source, detail: detail.slice(0, 1_500), ...(cause !== undefined && { cause }) } },
  };
}
