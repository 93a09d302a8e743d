import { attemptIdOf, type AttemptId, type ProjectId, type Reason } from '@drover/protocol';
import { defaultConcurrency, type DefinitionSnapshot } from '@drover/protocol/definition';
import { isUnresolved } from '../../domain/runs/effects.js';
import type { Run } from '../../domain/runs/run.js';
import { isOutstanding } from '../../domain/runs/stages.js';
import { queueVerdict, type NamedAgent } from '../../domain/placement/verdict.js';
import type { EngineCore } from '../engine/engine-core.js';
import { requirementOf, type LiveAttempt } from './board.js';

/** Why runs and tasks do not move on, as lists and pages of runs show it: the same for all who may see the run. */
export class WaitReasons {
  readonly #core: EngineCore;

  constructor(core: EngineCore) {
    this.#core = core;
  }

  /** Undefined for one that runs, is about to start, or has ended. */
  ofAttempt(attemptId: AttemptId): Reason | undefined {
    const live = this.#core.board.get(attemptId);
    if (live === undefined || live.offer !== undefined) return undefined;
    if (live.record.active) return this.absenceOf(live);
    const verdict = queueVerdict(requirementOf(live.record), this.#agentsOf(live.record.projectId));
    return verdict.code === 'agentFree' ? undefined : verdict;
  }

  /** Undefined while one of its tasks runs or is about to start. */
  ofRun(run: Run, definition: DefinitionSnapshot): Reason | undefined {
    if (run.state === 'finished') return undefined;
    if (run.state === 'queued')
      return { code: 'runsBusy', parameters: { limit: (definition.pipeline.concurrency ?? defaultConcurrency).maxRuns } };
    if (run.state === 'running' && isUnresolved(run)) return resolving(run);
    const outstanding = run.stages.flatMap((stage) => stage.tasks.filter(isOutstanding));
    const [first] = outstanding;
    // tasks that run are looked at first: they cost least, and one of them settles it
    const reasons: Reason[] = [];
    for (const task of outstanding.filter(({ state }) => state === 'running')) {
      const reason = this.ofAttempt(attemptIdOf(run.runId, task.key, task.attempt));
      if (reason === undefined) return undefined;
      reasons.push(reason);
    }
    return reasons[0] ?? (first && this.ofAttempt(attemptIdOf(run.runId, first.key, first.attempt)));
  }

  /** G6: its agent is away, since when, and what happens when. Undefined while the agent is not waited for. */
  absenceOf({ record: { _id, agentId, recovery } }: LiveAttempt): Reason | undefined {
    const wait = this.#core.absence.waitFor(_id);
    if (wait === undefined || agentId === undefined) return undefined;
    const agent = this.#core.agents.get(agentId)?.record.name ?? agentId;
    return { code: recovery.then === 'rerun' ? 'agentAwayRerun' : 'agentAwayFail', parameters: { agent, ...wait } };
  }

  /** Those that work for the project: its own and the farm's. */
  #agentsOf(projectId: ProjectId): readonly NamedAgent[] {
    const working = [...this.#core.agents.all()].filter(({ record }) => record.projectId === undefined || record.projectId === projectId);
    return working.flatMap(({ record }) => {
      const view = this.#core.placer.view(record._id);
      return view === undefined ? [] : [{ ...view, name: record.name }];
    });
  }
}

export function resolving(run: Run): Reason {
  const source = run.sources.find(({ commit }) => commit === undefined);
  return { code: 'resolvingSources', parameters: { source: source?.alias ?? source?.url ?? '' } };
}
