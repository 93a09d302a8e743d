import { runIdOf, type AttemptId, type RunId, type Status } from '@drover/protocol';
import type { AttemptView, LogView } from '@drover/protocol/api';
import type { DefinitionSnapshot } from '@drover/protocol/definition';
import type { Place } from '../../domain/access/permissions.js';
import type { AttemptRecord } from '../../domain/attempts/attempt.js';
import { findTask } from '../../domain/attempts/queued.js';
import type { EngineCore } from '../engine/engine-core.js';
import type { AttemptDirectory, LoggedAttempt } from '../logs/attempt-directory.js';
import type { LeaseFacts, Leases } from '../ports/leases.js';
import type { LiveAttempt } from '../placing/board.js';
import type { RunService } from '../runs/run-service.js';
import { ok, refused, type Result } from '../result.js';

const notFound = refused('notFound', 'There is no such attempt.');

/** What people, viewers of logs and uploads ask of attempts. What is under way, or was a moment ago, is answered from memory. */
export class AttemptService implements AttemptDirectory, Leases {
  readonly #core: EngineCore;
  readonly #runs: Pick<RunService, 'place'>;

  constructor(core: EngineCore, runs: Pick<RunService, 'place'>) {
    this.#core = core;
    this.#runs = runs;
  }

  async view(attemptId: AttemptId): Promise<Result<AttemptView>> {
    const record = await this.#read(attemptId);
    return record === undefined ? notFound : ok(await this.#viewOf(record, await this.#definitionOf(record.runId)));
  }

  /** Attempts of a run, or of one of its tasks; in the order of their tasks and numbers. */
  async ofRun(runId: RunId, taskKey?: string): Promise<readonly AttemptView[]> {
    const records = await this.#core.ports.stores.attempts.ofRun(runId);
    const asked = records
      .filter((record) => taskKey === undefined || record.taskKey === taskKey)
      .sort((a, b) => a.queuedAt - b.queuedAt || a.number - b.number);
    const definition = asked.length === 0 ? undefined : await this.#definitionOf(runId);
    return Promise.all(asked.map((record) => this.#viewOf(this.#core.board.recordOf(record._id) ?? record, definition)));
  }

  async place(attemptId: AttemptId): Promise<Place | undefined> {
    const place = await this.#runs.place(runIdOf(attemptId));
    return place && { projectId: place.projectId };
  }

  async find(attemptId: AttemptId): Promise<LoggedAttempt | undefined> {
    const record = await this.#read(attemptId);
    if (record === undefined || (await this.#runs.place(record.runId)) === undefined) return undefined; // its run is deleted
    const proof = record.state === 'finished' && record.log !== undefined ? { proof: record.log } : {};
    return { log: identityOf(record), steps: this.#core.board.get(attemptId)?.steps ?? record.steps, ...proof };
  }

  async check(...[agentId, attemptId, fencing]: Parameters<Leases['check']>): Promise<LeaseFacts | undefined> {
    const live = this.#core.board.get(attemptId);
    if (live === undefined || !live.record.active || live.record.agentId !== agentId || live.record.fencing !== fencing) return undefined;
    const { projectId, pipelineId, runId, runNumber, taskKey } = live.record;
    const run = await this.#core.driver.read(runId);
    const definition = run && (await this.#core.definition(run.definitionId));
    const source = run?.run.sources[0];
    return {
      projectId,
      pipelineId,
      runId,
      runNumber,
      taskKey,
      pipelineName: definition?.pipeline.name ?? '',
      ...(source?.commit === undefined ? {} : { commit: source.commit }),
      ...(source?.ref.type === 'branch' ? { branch: source.ref.name } : {}),
    };
  }

  async #read(attemptId: AttemptId): Promise<AttemptRecord | undefined> {
    return this.#core.board.recordOf(attemptId) ?? (await this.#core.ports.stores.attempts.read(attemptId));
  }

  async #definitionOf(runId: RunId): Promise<DefinitionSnapshot | undefined> {
    const run = await this.#core.driver.read(runId);
    return run && this.#core.definition(run.definitionId);
  }

  async #viewOf(record: AttemptRecord, definition: DefinitionSnapshot | undefined): Promise<AttemptView> {
    const live = this.#core.board.get(record._id);
    const isAway = this.#isAway(record);
    const agent = record.agentId === undefined ? undefined : this.#core.agents.get(record.agentId);
    const log = await this.#logOf(record);
    return {
      id: record._id,
      runId: record.runId,
      runNumber: record.runNumber,
      taskKey: record.taskKey,
      number: record.number,
      state: isAway ? 'away' : live?.offer !== undefined ? 'offered' : record.state,
      status: statusOf(record),
      ...(record.outcome === undefined ? {} : { outcome: record.outcome }),
      ...(record.reason === undefined ? {} : { reason: record.reason }),
      ...(record.agentId === undefined
        ? {}
        : { agent: { id: record.agentId, name: agent?.record.name ?? record.agentId, slot: record.slot ?? 0 } }),
      executor: executorOf(record, definition && findTask(definition, record.taskKey)),
      labels: [...record.labels],
      timeoutSeconds: record.timeoutSeconds,
      steps: [...stepsOf(record, live)],
      log: isAway && log.state === 'live' ? { ...log, state: 'away' } : log,
      warnings: [...record.warnings],
      queuedAt: record.queuedAt,
      ...(record.startedAt === undefined ? {} : { startedAt: record.startedAt }),
      ...(record.finishedAt === undefined ? {} : { finishedAt: record.finishedAt }),
      ...(record.exitCode === undefined ? {} : { exitCode: record.exitCode }),
    };
  }

  /** The verdict about a log that has ended may have been taken by a power cut: then it is judged again. */
  async #logOf(record: AttemptRecord): Promise<LogView> {
    const { logs } = this.#core.ports;
    const log = await logs.view(identityOf(record));
    const isOver = record.state === 'finished' && record.fencing > 0;
    if (!isOver || log.state !== 'live') return log;
    return logs.finish(identityOf(record), record.log, record.steps).catch(() => log); // the sealer tries again, and says why it fails
  }

  #isAway({ active, agentId }: AttemptRecord): boolean {
    return active && agentId !== undefined && this.#core.agents.get(agentId)?.session === undefined;
  }
}

const identityOf = ({ projectId, runId, _id }: AttemptRecord) => ({ projectId, runId, attemptId: _id });

const stepsOf = (record: AttemptRecord, live: LiveAttempt | undefined) =>
  record.state === 'finished' ? record.steps : (live?.steps ?? record.steps);

function statusOf(record: AttemptRecord): Status {
  if (record.state === 'finished') return record.outcome ?? 'lost';
  if (record.state === 'queued') return 'queued';
  return record.state === 'stopping' ? 'stopping' : 'running';
}

function executorOf(record: AttemptRecord, found: ReturnType<typeof findTask>): string {
  const executor = found?.task.executor ?? found?.job.executor;
  return executor?.type === 'docker' ? `docker ${executor.image}` : record.executor;
}
