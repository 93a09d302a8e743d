import type { AgentId, RunId } from '@drover/protocol';
import type { PlacingAgent } from '../../domain/placement/place.js';
import type { Signal, Signals } from '../ports/signals.js';
import type { AttemptBoard } from './board.js';
import type { Placer } from './placer.js';

/** Runs that are announced for one change of an agent. */
const mostRuns = 200;

/** Announces runs whose tasks wait when an agent comes, goes, or changes what it may take: why they wait may be another reason now. */
export class WaitingNews {
  readonly #known = new Map<AgentId, string>();
  readonly #ports: { readonly board: AttemptBoard; readonly placer: Placer; readonly signals: Signals };

  constructor(ports: { readonly board: AttemptBoard; readonly placer: Placer; readonly signals: Signals }) {
    this.#ports = ports;
  }

  on(signal: Signal): void {
    if (signal.type === 'agentGone') {
      this.#known.delete(signal.agentId);
      this.#announce();
    } else if (signal.type === 'agentChanged') {
      const view = this.#ports.placer.view(signal.agentId);
      const mark = view === undefined ? '' : markOf(view);
      if (this.#known.get(signal.agentId) === mark) return;
      this.#known.set(signal.agentId, mark);
      this.#announce();
    }
  }

  #announce(): void {
    const seen = new Set<RunId>();
    for (const { record } of this.#ports.board.all()) {
      if (seen.size >= mostRuns) return;
      if (record.state !== 'queued' || seen.has(record.runId)) continue;
      seen.add(record.runId);
      const { projectId, pipelineId, runId } = record;
      this.#ports.signals.publish({ type: 'runChanged', projectId, pipelineId, runId });
    }
  }
}

const markOf = ({ approved, enabled, connected, draining, illness, labels, slots }: PlacingAgent): string =>
  [approved, enabled, connected, draining, illness !== undefined, slots, ...labels].join(' ');
