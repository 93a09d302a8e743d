import type { Instant, PipelineId, RunId, Status } from '@drover/protocol';
import type { Page, RunEventView, RunSummary, RunView, StartRun, Trigger } from '@drover/protocol/api';
import type { DefinitionSnapshot } from '@drover/protocol/definition';
import type { Actor } from '../../domain/access/actor.js';
import type { Place } from '../../domain/access/permissions.js';
import type { RunRecord } from '../../domain/runs/record.js';
import type { EngineCore } from '../engine/engine-core.js';
import { Memo } from '../memo.js';
import type { RunFilter } from '../ports/engine/runs.js';
import { ok, refused, type Result } from '../result.js';
import { WaitReasons } from '../placing/wait-reasons.js';
import { detailOf, summaryOf, waitingSummary } from './views.js';

const dayMs = 86_400_000;

export interface RunListQuery {
  readonly page?: number;
  readonly pageSize?: number;
  readonly days?: number;
  readonly from?: Instant;
  readonly to?: Instant;
  readonly status?: Status;
}

const notFound = refused('notFound', 'There is no such run.');

/** What people and programs ask of runs. Who may, was decided before. */
export class RunService {
  readonly #core: EngineCore;
  readonly #places: Memo<PipelineId, Place | undefined>;
  readonly #waits: WaitReasons;

  constructor(core: EngineCore) {
    this.#core = core;
    this.#waits = new WaitReasons(core);
    this.#places = new Memo(core.ports.monotonic, { keepMs: 60_000, largest: 10_000 });
  }

  /** X2: answers as soon as the start is durable. The same idempotency key of the same actor gives the same run. */
  async start(actor: Actor, pipelineId: PipelineId, request: StartRun, idempotencyKey?: string): Promise<Result<RunSummary>> {
    const trigger = triggerOf(actor);
    const scoped = idempotencyKey === undefined ? {} : { idempotencyKey: `${trigger.by?.userId ?? 'system'}:${idempotencyKey}` };
    const started = await this.#core.starter.start({ pipelineId, request, trigger, ...scoped });
    if (!started.ok) return started;
    this.#remember(started.value, trigger);
    return this.#summary((await this.#core.driver.read(started.value._id)) ?? started.value);
  }

  /** X3: the run ends as soon as its attempts have, `atOnce` without their always steps, also asked for later. A run that has ended already is refused. */
  async stop(actor: Actor, runId: RunId, atOnce = false): Promise<Result<RunSummary>> {
    const { driver } = this.#core;
    const record = await driver.read(runId);
    if (record === undefined) return notFound;
    if (record.state === 'finished') return refused('runAlreadyFinished', `Run ${record.number} has ended already.`);
    const by = actor.type === 'user' ? { userId: actor.userId, name: actor.name } : ('system' as const);
    const who = actor.type === 'agent' ? actor.agentId : actor.name;
    await driver.post(runId, { type: 'stopRequested', by, reason: { code: 'stopped', parameters: { who } }, ...(atOnce && { atOnce }) });
    return this.#summary((await driver.read(runId)) ?? record);
  }

  async view(actor: Actor, runId: RunId): Promise<Result<RunView>> {
    const record = await this.#core.driver.read(runId);
    const definition = record && (await this.#core.definition(record.definitionId));
    const place = record && (await this.placeOfPipeline(record.pipelineId));
    if (record === undefined || definition === undefined) return notFound;
    const may = place === undefined ? new Set<string>() : await this.#core.ports.access.permissions(actor, place);
    const mayExecute = may.has('execute');
    const projectName = await this.#core.ports.definitions.projectName(record.projectId);
    return ok({
      ...detailOf(record, definition, { projectName, waits: this.#waits }),
      mayExecute,
      mayDelete: may.has('delete'),
      mayStop: mayExecute && record.state !== 'finished',
    });
  }

  async summary(runId: RunId): Promise<RunSummary | undefined> {
    const record = await this.#core.driver.read(runId);
    const definition = record && (await this.#core.definition(record.definitionId));
    return record && definition && this.#shown(record, definition);
  }

  async byNumber(actor: Actor, pipelineId: PipelineId, number: number): Promise<Result<RunView>> {
    const record = await this.#core.ports.stores.runs.byNumber(pipelineId, number);
    return record === undefined ? notFound : this.view(actor, record._id);
  }

  /** V1: newest first; the last 7 days unless asked for others. */
  async list(pipelineId: PipelineId, query: RunListQuery): Promise<Page<RunSummary>> {
    const { page = 1, pageSize = 20 } = query;
    const { records, total } = await this.#core.ports.stores.runs.page(filterOf(pipelineId, query, this.#core.ports.clock.now()), {
      skip: (page - 1) * pageSize,
      limit: pageSize,
    });
    const items: RunSummary[] = [];
    for (const record of records) {
      const definition = await this.#core.definition(record.definitionId);
      if (definition !== undefined) items.push(this.#shown(record, definition));
    }
    return { items, page, pageSize, total: Math.min(total, 10_000), more: total > 10_000 };
  }

  async events(runId: RunId): Promise<readonly RunEventView[]> {
    const events = await this.#core.ports.stores.runEvents.ofRun(runId);
    return events.map(({ _id, runId: _run, ...event }) => event);
  }

  /** Where a run belongs, as far as permission depends on it. */
  async place(runId: RunId): Promise<Place | undefined> {
    const record = await this.#core.driver.read(runId);
    return record && this.placeOfPipeline(record.pipelineId);
  }

  /** The pipeline was changed or deleted. */
  pipelineChanged(pipelineId: PipelineId): void {
    this.#places.forget(pipelineId);
  }

  /** The run is deleted: nothing of it is kept in memory. */
  gone({ runId, pipelineId }: { readonly runId: RunId; readonly pipelineId: PipelineId }): void {
    this.#core.driver.forget(runId);
    this.#core.newest.forget(pipelineId);
  }

  /** Resolves when nothing of finished runs is still to be written: what is deleted then stays so. */
  settled(): Promise<void> {
    return this.#core.world.settled();
  }

  /** Undefined of a deleted pipeline: nobody sees its runs any more. */
  placeOfPipeline(pipelineId: PipelineId): Promise<Place | undefined> {
    return this.#places.get(pipelineId, async () => {
      const pipeline = await this.#core.ports.stores.pipelines.read(pipelineId);
      if (pipeline === undefined || pipeline.deletedAt !== undefined) return undefined;
      return { projectId: pipeline.projectId, createdBy: pipeline.createdBy };
    });
  }

  async #summary(record: RunRecord): Promise<Result<RunSummary>> {
    const definition = await this.#core.definition(record.definitionId);
    return definition === undefined
      ? refused('internal', 'The definition of the run cannot be read.')
      : ok(this.#shown(record, definition));
  }

  #shown(record: RunRecord, definition: DefinitionSnapshot): RunSummary {
    return waitingSummary(summaryOf(record, definition), this.#waits.ofRun(record.run, definition));
  }

  #remember(record: RunRecord, { by }: Trigger): void {
    if (by === undefined) return;
    const { projectId, pipelineId } = record;
    this.#core.background.run('remember who ran it', () =>
      this.#core.runners.remember({ _id: `${pipelineId}:${by.userId}`, projectId, pipelineId, userId: by.userId, name: by.name }),
    );
  }
}

function triggerOf(actor: Actor): Trigger {
  if (actor.type !== 'user') return { type: 'system' };
  return { type: actor.via === 'token' ? 'api' : 'manual', by: { userId: actor.userId, name: actor.name } };
}

function filterOf(pipelineId: PipelineId, query: RunListQuery, now: Instant): RunFilter {
  const from = query.from ?? (query.to === undefined || query.days !== undefined ? now - (query.days ?? 7) * dayMs : undefined);
  return {
    pipelineId,
    ...(from === undefined ? {} : { from }),
    ...(query.to === undefined ? {} : { to: query.to }),
    ...(query.status === undefined ? {} : stateOf(query.status)),
  };
}

/** A run is never `waiting`, `notRun` or `skipped`: asking for one finds nothing that runs don't have. */
function stateOf(status: Status): Pick<RunFilter, 'shown' | 'outcome'> {
  if (status === 'queued' || status === 'running' || status === 'stopping') return { shown: status };
  return status === 'waiting' || status === 'notRun' ? { shown: 'finished', outcome: 'skipped' } : { shown: 'finished', outcome: status };
}
