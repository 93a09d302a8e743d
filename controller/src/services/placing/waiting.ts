import { attemptIdOf, type AttemptId, type ProjectId, type Reason, type RunId } from '@drover/protocol';
import type { WaitingView } from '@drover/protocol/api';
import { defaultConcurrency } from '@drover/protocol/definition';
import { firstObstacle, lastingObstacle } from '../../domain/placement/place.js';
import { turnInMs } from '../../domain/placement/estimate.js';
import { queueVerdict, type NamedAgent } from '../../domain/placement/verdict.js';
import { isUnresolved } from '../../domain/runs/effects.js';
import { isOutstanding } from '../../domain/runs/stages.js';
import type { RunRecord } from '../../domain/runs/record.js';
import type { Actor } from '../../domain/access/actor.js';
import type { EngineCore } from '../engine/engine-core.js';
import { ok, refused, type Result } from '../result.js';
import { requirementOf, type LiveAttempt } from './board.js';
import { resolving, WaitReasons } from './wait-reasons.js';

/** The projects that somebody may know of. */
type Scope = 'all' | ReadonlySet<ProjectId>;

const nothingWaits = { labels: [], impossible: false, agents: [] };

/** G3: why something waits, from what the placer itself sees. */
export class Waiting {
  readonly #core: EngineCore;
  readonly #reasons: WaitReasons;

  constructor(core: EngineCore) {
    this.#core = core;
    this.#reasons = new WaitReasons(core);
  }

  /** Of a task's attempt: each agent that the actor may see, with the first condition that it fails. */
  async ofAttempt(attemptId: AttemptId, actor: Actor): Promise<Result<WaitingView>> {
    const live = this.#core.board.get(attemptId);
    if (live === undefined || !this.#waits(live))
      return refused('notFound', 'This attempt does not wait: it runs, it has ended, or there is none.');
    return ok(this.#attemptView(live, await this.#scopeOf(actor)));
  }

  /** Of a run: its place among the runs of its pipeline, its sources, or the first of its tasks that waits. */
  async ofRun(runId: RunId, actor: Actor): Promise<Result<WaitingView>> {
    const record = await this.#core.driver.read(runId);
    if (record === undefined) return refused('notFound', 'There is no such run.');
    if (record.state === 'queued') return ok(await this.#queuedRun(record));
    if (record.state === 'running' && isUnresolved(record.run)) return ok({ ...nothingWaits, verdict: resolving(record.run) });
    const outstanding = record.run.stages.flatMap((stage) => stage.tasks.filter(isOutstanding));
    const live = outstanding.flatMap((task) => this.#core.board.get(attemptIdOf(runId, task.key, task.attempt)) ?? []);
    const first = live.find((one) => this.#waits(one));
    if (first !== undefined) return ok(this.#attemptView(first, await this.#scopeOf(actor)));
    return refused('notFound', 'This run does not wait for anything.');
  }

  #waits(live: LiveAttempt): boolean {
    return !live.record.active || this.#reasons.absenceOf(live) !== undefined;
  }

  #scopeOf(actor: Actor): Promise<Scope> {
    return this.#core.ports.access.visibleProjects(actor);
  }

  async #queuedRun(record: RunRecord): Promise<WaitingView> {
    const definition = await this.#core.definition(record.definitionId);
    const limit = (definition?.pipeline.concurrency ?? defaultConcurrency).maxRuns;
    const { active } = this.#core.slots.standing(record.pipelineId);
    const place = Math.max(1, this.#core.slots.placeOf(record.pipelineId, record.number));
    return { ...nothingWaits, verdict: { code: 'runLimit', parameters: { active, limit, place } }, since: record.queuedAt, place };
  }

  #attemptView(live: LiveAttempt, scope: Scope): WaitingView {
    const requirement = requirementOf(live.record);
    const seen = [...this.#core.agents.all()].filter(
      ({ record: { projectId } }) => projectId === undefined || scope === 'all' || scope.has(projectId),
    );
    const views = seen.flatMap(({ record }): NamedAgent[] => {
      const view = this.#core.placer.view(record._id);
      return view === undefined ? [] : [{ ...view, name: record.name }];
    });
    const isQueued = live.record.state === 'queued';
    const queue = isQueued ? this.#core.board.queue() : [];
    const place = queue.indexOf(live) + 1;
    const fitting = views.filter((agent) => lastingObstacle(requirement, agent) === undefined);
    const estimateMs = isQueued ? this.#estimate(fitting, queue.slice(0, place - 1)) : undefined;
    return {
      verdict: this.#verdict(live, views, place),
      since: live.record.queuedAt,
      ...(place > 0 ? { place } : {}),
      ...(estimateMs === undefined ? {} : { estimateMs }),
      labels: [...live.record.labels],
      impossible: isQueued && fitting.length === 0,
      agents: views.map((agent) => ({
        agentId: agent.agentId,
        name: agent.name,
        reason: firstObstacle(requirement, agent) ?? { code: 'agentFits' },
      })),
    };
  }

  #verdict(live: LiveAttempt, views: readonly NamedAgent[], place: number): Reason {
    const { record, offer } = live;
    const absence = record.active ? this.#reasons.absenceOf(live) : undefined;
    if (absence !== undefined) return absence;
    if (offer !== undefined)
      return { code: 'beingOffered', parameters: { agent: this.#core.agents.get(offer.agentId)?.record.name ?? offer.agentId } };
    return queueVerdict(requirementOf(record), views, place);
  }

  /** How long until its turn, from how long each of the tasks before it took lately; absent where one of them is unknown or nobody could take it. */
  #estimate(fitting: readonly NamedAgent[], before: readonly LiveAttempt[]): number | undefined {
    const taking = fitting.filter(
      (agent) => agent.approved && agent.enabled && agent.connected && !agent.draining && agent.illness === undefined,
    );
    const ahead = before.filter(({ record }) => taking.some((agent) => lastingObstacle(requirementOf(record), agent) === undefined));
    return turnInMs({
      slotsFreeInMs: taking.flatMap((agent) => [
        ...Array.from({ length: Math.max(0, agent.free) }, () => 0),
        ...this.#core.board.held(agent.agentId).map((live) => this.#leftMs(live)),
        ...this.#core.board.offeredTo(agent.agentId).map((live) => this.#usualMs(live)),
      ]),
      aheadMs: ahead.map((live) => this.#usualMs(live)),
    });
  }

  #usualMs({ record: { pipelineId, taskKey } }: LiveAttempt): number | undefined {
    return this.#core.durations.of(pipelineId, taskKey);
  }

  /** Undefined for one that runs longer than usual: nothing is known of its end. */
  #leftMs(live: LiveAttempt): number | undefined {
    const usualMs = this.#usualMs(live);
    const { startedAt } = live.record;
    if (usualMs === undefined || startedAt === undefined) return undefined;
    const leftMs = usualMs - (this.#core.ports.clock.now() - startedAt);
    return leftMs > 0 ? leftMs : undefined;
  }
}
