import type { AgentId, ProjectId } from '@drover/protocol';
import type { AgentView, FarmView } from '@drover/protocol/api';
import type { AgentRecord } from '../../domain/agents/agent.js';
import { agentStatus, labelsOf } from '../../domain/agents/presence.js';
import { settingsOf } from '../../domain/agents/settings.js';
import { findTask } from '../../domain/attempts/queued.js';
import type { EngineCore } from '../engine/engine-core.js';
import type { LiveAttempt } from '../placing/board.js';
import { ok, refused, type Result } from '../result.js';
import { nameKeyOf, type AgentChange } from './registration.js';
import type { LiveAgent } from './directory.js';

/** The pen shows so many agents. */
const penSize = 200;
const notFound = refused('notFound', 'There is no such agent.');
const nameTaken = (name: string) =>
  refused('nameTaken', `Another agent is called “${name}”.`, { errors: [{ path: '/name', message: 'is taken' }] });

/** G5: agents as administrators and members see them, and what is done to them. */
export class AgentService {
  readonly #core: EngineCore;

  constructor(core: EngineCore) {
    this.#core = core;
  }

  /** By name; with a project, those that work for it: its own and the farm's. */
  async list(scope: 'all' | ReadonlySet<ProjectId>): Promise<readonly AgentView[]> {
    const seen = [...this.#core.agents.all()].filter(({ record }) => isIn(record, scope));
    seen.sort((a, b) => a.record.nameKey.localeCompare(b.record.nameKey));
    return Promise.all(seen.map((live) => this.#viewOf(live, scope)));
  }

  async view(agentId: AgentId, scope: 'all' | ReadonlySet<ProjectId> = 'all'): Promise<Result<AgentView>> {
    const live = this.#core.agents.get(agentId);
    return live === undefined || !isIn(live.record, scope) ? notFound : ok(await this.#viewOf(live, scope));
  }

  /** Takes effect at once: the agent is told, and what waits is placed again. */
  async change(agentId: AgentId, { name, labels, slots, enabled }: AgentChange): Promise<Result<AgentView>> {
    const live = await this.#core.agents.change(agentId, (record) => ({
      ...record,
      ...(name === undefined ? {} : { name, nameKey: nameKeyOf(name) }),
      ...(labels === undefined ? {} : { givenLabels: labels }),
      ...(slots === undefined ? {} : { slots }),
      ...(enabled === undefined ? {} : { enabled }),
    }));
    if (live === 'gone') return notFound;
    if (live === 'nameTaken') return nameTaken(name ?? '');
    this.#configure(live);
    return ok(await this.#viewOf(live, 'all'));
  }

  async approve(agentId: AgentId): Promise<Result<AgentView>> {
    const live = await this.#core.agents.change(agentId, (record) => (record.approved ? undefined : { ...record, approved: true }));
    if (typeof live === 'string') return notFound;
    this.#core.placer.wake();
    return ok(await this.#viewOf(live, 'all'));
  }

  /**
   * What it holds is given up and treated by its recovery policy; the agent is told to stop and not to come back, now
   * or when it connects next. Rejects, with the agent as it was, while the store refuses.
   */
  async remove(agentId: AgentId): Promise<Result<undefined>> {
    const live = this.#core.agents.get(agentId);
    if (live === undefined) return notFound;
    await this.#core.agents.remove(agentId);
    await this.#core.agentGone(live);
    return ok(undefined);
  }

  /** The slots of the agents that these people may see, and what waits. */
  farm(scope: 'all' | ReadonlySet<ProjectId>): FarmView {
    const seen = [...this.#core.agents.all()]
      .filter(({ record }) => isIn(record, scope))
      .sort((a, b) => a.record.nameKey.localeCompare(b.record.nameKey));
    const pen = seen.map((live) => ({
      agentId: live.record._id,
      slots: live.record.slots,
      busy: this.#busyFor(live, scope),
      status: this.#statusOf(live),
    }));
    const queued = this.#core.board.queue().filter(({ record }) => scope === 'all' || scope.has(record.projectId));
    return {
      slots: pen.reduce((sum, { slots }) => sum + slots, 0),
      busy: pen.reduce((sum, { busy }) => sum + busy, 0),
      queuedTasks: queued.length,
      agents: pen.length,
      agentsOnline: seen.filter((live) => live.session !== undefined).length,
      pen: pen.slice(0, penSize),
    };
  }

  /** A4: of the work of other projects it tells only that no slot is free. */
  #busyFor({ record }: LiveAgent, scope: 'all' | ReadonlySet<ProjectId>): number {
    const held = this.#core.board.held(record._id);
    if (scope === 'all' || held.length >= record.slots) return held.length;
    return held.filter((attempt) => scope.has(attempt.record.projectId)).length;
  }

  #configure({ record, session }: LiveAgent): void {
    session?.connection.send({ type: 'configure', ...settingsOf(record) });
    this.#core.placer.wake();
  }

  #statusOf(live: LiveAgent) {
    const { agents, board } = this.#core;
    return agentStatus(live.record, agents.presenceOf(live), board.heldSlots(live.record._id) > 0);
  }

  async #viewOf(live: LiveAgent, scope: 'all' | ReadonlySet<ProjectId>): Promise<AgentView> {
    const { record, session, health } = live;
    const held = this.#core.board.held(record._id).filter((attempt) => scope === 'all' || scope.has(attempt.record.projectId));
    return {
      id: record._id,
      name: record.name,
      status: this.#statusOf(live),
      revision: record.revision * 1_000_000 + live.changes,
      enabled: record.enabled,
      approved: record.approved,
      ...(record.projectId === undefined ? {} : { projectId: record.projectId }),
      slots: record.slots,
      labels: [...labelsOf(record)],
      givenLabels: [...record.givenLabels],
      facts: record.facts,
      ...(health === undefined ? {} : { health }),
      registeredAt: record.registeredAt,
      ...(session === undefined || record.session === undefined ? {} : { connectedSince: record.session.connectedAt }),
      ...(session !== undefined || record.disconnectedAt === undefined ? {} : { silentSince: record.disconnectedAt }),
      attempts: await Promise.all(held.map((attempt) => this.#heldView(attempt))),
    };
  }

  async #heldView({ record }: LiveAttempt): Promise<AgentView['attempts'][number]> {
    const run = await this.#core.driver.read(record.runId);
    const definition = run && (await this.#core.definition(run.definitionId));
    return {
      attemptId: record._id,
      runId: record.runId,
      slot: record.slot ?? 0,
      pipelineName: definition?.pipeline.name ?? '',
      runNumber: record.runNumber,
      taskName: (definition && findTask(definition, record.taskKey)?.task.name) ?? record.taskKey,
      ...(record.startedAt === undefined ? {} : { startedAt: record.startedAt }),
    };
  }
}

const isIn = (record: AgentRecord, scope: 'all' | ReadonlySet<ProjectId>): boolean =>
  scope === 'all' || record.projectId === undefined || scope.has(record.projectId);
