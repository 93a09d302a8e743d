import type { AttemptId, ProjectId, Reason, RunId } from '@drover/protocol';
import type { WaitingView } from '@drover/protocol/api';
import { defaultConcurrency } from '@drover/protocol/definition';
import { firstObstacle, lastingObstacle, type PlacingAgent, type Requirement } from '../../domain/placement/place.js';
import type { RunRecord } from '../../domain/runs/record.js';
import type { Actor } from '../../domain/access/actor.js';
import type { EngineCore } from '../engine/engine-core.js';
import { ok, refused, type Result } from '../result.js';
import { requirementOf, type LiveAttempt } from './board.js';

/** The projects that somebody may know of. */
type Scope = 'all' | ReadonlySet<ProjectId>;

const nothingWaits = { labels: [], impossible: false, agents: [] };

/** G3: why something waits, from what the placer itself sees. */
export class Waiting {
  readonly #core: EngineCore;

  constructor(core: EngineCore) {
    this.#core = core;
  }

  /** Of a task's attempt: each agent that the actor may see, with the first condition that it fails. */
  async ofAttempt(attemptId: AttemptId, actor: Actor): Promise<Result<WaitingView>> {
    const live = this.#core.board.get(attemptId);
    if (live === undefined) return refused('notFound', 'This attempt does not wait: it has ended, or there is none.');
    return ok(this.#attemptView(live, await this.#scopeOf(actor)));
  }

  /** Of a run: its place among the runs of its pipeline, its sources, or the first of its tasks that waits. */
  async ofRun(runId: RunId, actor: Actor): Promise<Result<WaitingView>> {
    const record = await this.#core.driver.read(runId);
    if (record === undefined) return refused('notFound', 'There is no such run.');
    if (record.state === 'queued') return ok(await this.#queuedRun(record));
    const unresolved = record.run.sources.find((source) => source.commit === undefined);
    if (record.state === 'running' && unresolved !== undefined) {
      return ok({ ...nothingWaits, verdict: { code: 'resolvingSources', parameters: { source: unresolved.alias ?? unresolved.url } } });
    }
    const first = this.#core.board.queue().find((live) => live.record.runId === runId);
    if (first !== undefined) return ok(this.#attemptView(first, await this.#scopeOf(actor)));
    return refused('notFound', 'This run does not wait for anything.');
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
    const views = seen.flatMap(({ record }) => this.#core.placer.view(record._id) ?? []);
    const place = this.#core.board.queue().indexOf(live) + 1;
    const fitting = views.filter((agent) => lastingObstacle(requirement, agent) === undefined);
    const estimateMs = this.#estimate(fitting, place);
    return {
      verdict: this.#verdict(live, { views, fitting, place }),
      since: live.record.queuedAt,
      ...(place > 0 ? { place } : {}),
      ...(estimateMs === undefined ? {} : { estimateMs }),
      labels: [...live.record.labels],
      impossible: live.record.state === 'queued' && fitting.length === 0,
      agents: views.map((agent) => ({
        agentId: agent.agentId,
        name: this.#nameOf(agent),
        reason: firstObstacle(requirement, agent) ?? { code: 'agentFits' },
      })),
    };
  }

  #verdict(
    live: LiveAttempt,
    {
      views,
      fitting,
      place,
    }: { readonly views: readonly PlacingAgent[]; readonly fitting: readonly PlacingAgent[]; readonly place: number },
  ): Reason {
    const { record, offer } = live;
    if (record.active && record.agentId !== undefined)
      return { code: 'waitingForAgent', parameters: { agent: this.#core.agents.get(record.agentId)?.record.name ?? record.agentId } };
    if (offer !== undefined)
      return { code: 'beingOffered', parameters: { agent: this.#core.agents.get(offer.agentId)?.record.name ?? offer.agentId } };
    if (views.length === 0) return { code: 'noAgents' };
    if (fitting.length === 0) return { code: 'noAgentMatches', parameters: { missing: missingOf(requirementOf(record), views) } };
    const [only] = fitting;
    const obstacle = fitting.length === 1 && only !== undefined ? firstObstacle(requirementOf(record), only) : undefined;
    if (only !== undefined && obstacle?.code === 'agentOffline')
      return { code: 'waitingForAgent', parameters: { agent: this.#nameOf(only) } };
    return { code: 'allSlotsBusy', parameters: { place } };
  }

  /** How long until its turn, from how long tasks took lately; absent where nothing is known or nobody could take it. */
  #estimate(fitting: readonly PlacingAgent[], place: number): number | undefined {
    const typicalMs = this.#core.durations.typical();
    const slots = fitting.filter((agent) => agent.connected && agent.enabled).reduce((sum, agent) => sum + agent.slots, 0);
    if (typicalMs === undefined || slots === 0 || place === 0) return undefined;
    return Math.round(typicalMs * Math.ceil(place / slots));
  }

  #nameOf(agent: PlacingAgent): string {
    return this.#core.agents.get(agent.agentId)?.record.name ?? agent.agentId;
  }
}

/** What no agent has, or what the nearest agent lacks. */
function missingOf(requirement: Requirement, views: readonly PlacingAgent[]): string {
  const nowhere = requirement.labels.filter((label) => !views.some((agent) => agent.labels.has(label)));
  if (nowhere.length > 0) return nowhere.join(', ');
  if (!views.some((agent) => agent.executors.includes(requirement.executor))) return `executor ${requirement.executor}`;
  return requirement.labels.length > 0 ? `one agent with all of ${requirement.labels.join(', ')}` : `an agent that may take it`;
}
