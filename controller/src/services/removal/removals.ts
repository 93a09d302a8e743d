import type { AgentId, DefinitionId, EndpointId, JobId, PackageId, PipelineId, ProjectId, RunId, TokenId } from '@drover/protocol';
import type { Removals as RemovalsView } from '@drover/protocol/api';
import type { Cancel, Clock, CrashPoints, Log, Timers } from '../ports/environment.js';
import type { LogIdentity } from '../ports/logs.js';
import type { Signals } from '../ports/signals.js';
import { ok, refused, type Result } from '../result.js';
import type { Remains, Removal, RemovalPart, RemovalStore, RunToRemove } from './ports.js';

export interface RemovalPorts {
  readonly removals: RemovalStore;
  readonly remains: Remains;
  /** Removes a log with all that is known of it. */
  readonly removeLog: (log: LogIdentity) => Promise<void>;
  readonly packagesOf: (projectId: ProjectId, limit: number) => Promise<readonly PackageId[]>;
  readonly removePackage: (packageId: PackageId) => Promise<unknown>;
  readonly removeJob: (jobId: JobId) => Promise<unknown>;
  readonly removeEndpoint: (endpointId: EndpointId) => Promise<unknown>;
  readonly removeAgent: (agentId: AgentId) => Promise<unknown>;
  readonly removeToken: (tokenId: TokenId) => Promise<unknown>;
  /** Forgets a run that is gone, where it is kept in memory. */
  readonly runGone: (run: Pick<RunToRemove, 'runId' | 'pipelineId'>) => void;
  /** Resolves when nothing of finished runs is still to be written. */
  readonly runsSettled: () => Promise<void>;
  /** Removes a snapshot unless it is in use; says whether it need not be tried again. */
  readonly collect: (definitionId: DefinitionId, isReferred: () => Promise<boolean>) => Promise<boolean>;
  readonly signals: Signals;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly crashPoints: CrashPoints;
  readonly log: Log;
}

const batch = 50;
const shownThings = 20;
/** After a failure, such as a store that is away. */
const retryMs = 30_000;
const noRun = refused('notFound', 'There is no such run.');

/**
 * Takes what was deleted out of the store and the disk, one thing after the other, in the background. What is under way
 * is noted in the store and continues after a restart or a crash; parts go before what leads to them.
 */
export class Removals {
  readonly #ports: RemovalPorts;
  #working: Promise<void> | undefined;
  #isAskedAgain = false;
  #isClosed = false;
  #cancelRetry: Cancel = () => undefined;

  constructor(ports: RemovalPorts) {
    this.#ports = ports;
  }

  /** Start-up: takes up what an earlier process left, and what an earlier version only hid. */
  async resume(): Promise<void> {
    const { pipelines, projects } = await this.#ports.remains.hidden();
    await this.#ports.removals.note([
      ...projects.map((project) => ofProject(project, project.deletedAt)),
      ...pipelines.map((pipeline) => ofPipeline(pipeline, pipeline.deletedAt)),
    ]);
    this.#wake();
  }

  /** Deletes a run with its logs and timeline. Refused while it is not finished. */
  async run(runId: RunId): Promise<Result<void>> {
    const run = await this.#ports.remains.run(runId);
    if (run === undefined) return noRun;
    if (!run.isFinished) return refused('stillInUse', `Run ${run.number} is not finished: stop it first.`);
    await this.expire([run]);
    return ok(undefined);
  }

  /** Takes finished runs out of sight at once; what belongs to them goes in the background. */
  async expire(runs: readonly RunToRemove[]): Promise<void> {
    const { removals, remains, crashPoints, runGone, signals, clock } = this.#ports;
    await removals.note(runs.flatMap((run) => [ofRun(run, clock.now()), ofDefinition(run.definitionId, clock.now())]));
    crashPoints.reach('controller.removal.noted');
    for (const run of runs) {
      await remains.dropFinishedRun(run.runId);
      runGone(run);
    }
    for (const [pipelineId, projectId] of new Map(runs.map((run) => [run.pipelineId, run.projectId])))
      signals.publish({ type: 'pipelineChanged', projectId, pipelineId });
    this.#wake();
  }

  /** The pipeline is hidden already. */
  async pipeline(pipeline: { readonly _id: PipelineId; readonly name: string }): Promise<void> {
    await this.#ports.removals.note([ofPipeline(pipeline, this.#ports.clock.now())]);
    this.#wake();
  }

  /** The project is hidden already. */
  async project(project: { readonly _id: ProjectId; readonly name: string }): Promise<void> {
    await this.#ports.removals.note([ofProject(project, this.#ports.clock.now())]);
    this.#wake();
  }

  /** What is still to be removed, the oldest first. */
  async overview(): Promise<RemovalsView> {
    const { removals, remains } = this.#ports;
    const { total, things } = await removals.overview(shownThings);
    const shown = things.map(async (removal): Promise<RemovalsView['things']> => {
      if (removal.kind !== 'pipeline' && removal.kind !== 'project') return [];
      const pipelines = removal.kind === 'pipeline' ? [removal.pipelineId] : await remains.pipelinesOf(removal.projectId);
      const { kind, name, requestedAt } = removal;
      return [{ kind, name, requestedAt, runsLeft: await remains.countRuns(pipelines) }];
    });
    return { total, things: (await Promise.all(shown)).flat() };
  }

  /** Resolves when nothing is left, or it has failed for now. */
  async idle(): Promise<void> {
    while (this.#working !== undefined) await this.#working;
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#cancelRetry();
    await this.idle();
  }

  /** Whether something that could not be removed before can be now. Once an hour is enough. */
  tryAgain(): void {
    this.#wake();
  }

  #wake(): void {
    this.#isAskedAgain = true;
    if (this.#working !== undefined || this.#isClosed) return;
    this.#working = this.#work().finally(() => {
      this.#working = undefined;
      if (this.#isAskedAgain) this.#wake();
    });
  }

  /** Once over everything that is noted; snapshots last, when what followed them is gone. */
  async #work(): Promise<void> {
    this.#isAskedAgain = false;
    try {
      const failures = (await this.#pass('things')) + (await this.#pass('definitions'));
      if (failures > 0) this.#retryLater(failures);
    } catch (error) {
      this.#ports.log.error('what was deleted cannot be read at the moment', { error });
      this.#retryLater(1);
    }
  }

  /** Resolves with how many could not be removed. */
  async #pass(part: RemovalPart): Promise<number> {
    let failures = 0;
    let last: Removal | undefined;
    do {
      const pending = await this.#ports.removals.pending(part, batch, last);
      for (const removal of pending) {
        if (this.#isClosed) return failures;
        if (!(await this.#removeOne(removal))) failures += 1;
      }
      last = pending.at(-1);
    } while (last !== undefined && !this.#isClosed);
    return failures;
  }

  /** False where it failed: one that cannot be removed does not hold up those behind it. */
  async #removeOne(removal: Removal): Promise<boolean> {
    try {
      if (await this.#remove(removal)) await this.#ports.removals.done(removal._id);
      return true;
    } catch (error) {
      const { _id, kind } = removal;
      this.#ports.log.error('something that was deleted cannot be removed from the store or the disk', { removal: _id, kind, error });
      return false;
    }
  }

  #retryLater(failures: number): void {
    this.#ports.log.warn('removing what was deleted is tried again later', { failures, retryMs });
    this.#cancelRetry();
    this.#cancelRetry = this.#ports.timers.after(retryMs, () => this.#wake());
  }

  /** Says whether it is gone; else it is tried again later. */
  async #remove(removal: Removal): Promise<boolean> {
    switch (removal.kind) {
      case 'run':
        return this.#removeRun(removal.runId);
      case 'pipeline':
        return this.#removePipeline(removal.pipelineId);
      case 'project':
        return this.#removeProject(removal.projectId);
      case 'definition':
        return this.#ports.collect(removal.definitionId, () => this.#ports.remains.refersTo(removal.definitionId));
    }
  }

  /** The record went first: what is left of the run is found by its attempts. A crash may have come before that. */
  async #removeRun(runId: RunId): Promise<boolean> {
    const { remains } = this.#ports;
    const run = await remains.run(runId);
    if (run !== undefined) {
      if (!(await remains.dropFinishedRun(runId))) return true; // it continues after all
      this.#ports.runGone(run);
    }
    await this.#removePartsOfRun(runId);
    return true;
  }

  async #removePartsOfRun(runId: RunId): Promise<void> {
    const { remains, removeLog, runsSettled, crashPoints } = this.#ports;
    await runsSettled(); // the end of its timeline comes a moment after its end
    for (const log of await remains.logsOf(runId)) await removeLog(log);
    crashPoints.reach('controller.removal.logs');
    await remains.dropPartsOfRun(runId);
  }

  /** Nobody finds its runs any more, so that each goes after its parts. */
  async #removePipeline(pipelineId: PipelineId): Promise<boolean> {
    const { remains, runGone, crashPoints } = this.#ports;
    for (;;) {
      const runs = await remains.runsOf(pipelineId, batch);
      if (runs.length === 0) break;
      await this.#noteDefinitions(runs);
      for (const run of runs) {
        if (this.#isClosed || !run.isFinished) return false; // one that was started as the pipeline was being deleted
        await this.#removePartsOfRun(run.runId);
        crashPoints.reach('controller.removal.parts');
        await remains.dropFinishedRun(run.runId);
        runGone(run);
      }
    }
    await remains.dropPipeline(pipelineId);
    return true;
  }

  async #noteDefinitions(runs: readonly RunToRemove[]): Promise<void> {
    const now = this.#ports.clock.now();
    await this.#ports.removals.note([...new Set(runs.map(({ definitionId }) => definitionId))].map((id) => ofDefinition(id, now)));
  }

  async #removeProject(projectId: ProjectId): Promise<boolean> {
    const ports = this.#ports;
    for (const pipelineId of await ports.remains.pipelinesOf(projectId)) if (!(await this.#removePipeline(pipelineId))) return false;
    for (;;) {
      const packages = await ports.packagesOf(projectId, batch);
      if (packages.length === 0) break;
      for (const packageId of packages) await ports.removePackage(packageId);
    }
    const { jobs, endpoints, agents, tokens } = await ports.remains.partsOfProject(projectId);
    for (const jobId of jobs) await ports.removeJob(jobId);
    for (const endpointId of endpoints) await ports.removeEndpoint(endpointId);
    for (const agentId of agents) await ports.removeAgent(agentId);
    for (const tokenId of tokens) await ports.removeToken(tokenId);
    await ports.remains.dropProject(projectId);
    return true;
  }
}

const ofRun = ({ runId, number }: RunToRemove, requestedAt: number): Removal => ({
  _id: `run:${runId}`,
  schemaVersion: 1,
  name: `#${number}`,
  requestedAt,
  kind: 'run',
  runId,
});

const ofPipeline = ({ _id, name }: { readonly _id: PipelineId; readonly name: string }, requestedAt: number): Removal => ({
  _id: `pipeline:${_id}`,
  schemaVersion: 1,
  name,
  requestedAt,
  kind: 'pipeline',
  pipelineId: _id,
});

const ofProject = ({ _id, name }: { readonly _id: ProjectId; readonly name: string }, requestedAt: number): Removal => ({
  _id: `project:${_id}`,
  schemaVersion: 1,
  name,
  requestedAt,
  kind: 'project',
  projectId: _id,
});

const ofDefinition = (definitionId: DefinitionId, requestedAt: number): Removal => ({
  _id: `definition:${definitionId}`,
  schemaVersion: 1,
  name: definitionId,
  requestedAt,
  kind: 'definition',
  definitionId,
});
