import {
  breachesBetween,
  breachesOf,
  newEffects,
  type AttemptRecord,
  type PipelineRecord,
  type RunRecord,
} from '@drover/controller/simulated';
import { attemptIdOf, type PipelineId, type RunId } from '@drover/protocol';
import { defaultConcurrency, type DefinitionSnapshot } from '@drover/protocol/definition';
import type { Database } from '../world/database.js';
import { short } from '../world/time/trace.js';
import type { World } from '../world/world.js';

type TaskState = RunRecord['run']['stages'][number]['tasks'][number];

/** What must hold of runs and their numbers, looked at with each write. */
export class RunChecks {
  readonly #world: World;
  readonly #database: () => Database;
  readonly #numbers = new Map<string, RunId>();
  readonly #versions = new Map<PipelineId, Map<string, RunId>>();
  readonly #acknowledged = new Map<RunId, number>();
  readonly #byKey = new Map<string, RunId>();

  constructor(world: World, database: () => Database) {
    this.#world = world;
    this.#database = database;
  }

  /** A start was acknowledged: from here on the run is never lost, and its key always leads to it. */
  acknowledged(runId: RunId, number: number, key: string | undefined): void {
    this.#acknowledged.set(runId, number);
    const known = key === undefined ? undefined : this.#byKey.get(key);
    this.#must(
      known === undefined || known === runId,
      `the key ${String(key)} led to run ${short(String(known))} before, now to ${short(runId)}`,
    );
    if (key !== undefined) this.#byKey.set(key, runId);
    this.#mustBeKept(runId, number);
  }

  run(before: RunRecord | undefined, after: RunRecord | undefined): void {
    if (after === undefined) return;
    const definition = this.#database().definitions.get(after.definitionId);
    if (definition === undefined) return this.#must(false, `run ${after.number} follows a definition that is not stored`);
    for (const sentence of breachesOf(after.run, definition)) this.#must(false, `run ${after.number}: ${sentence}`);
    if (before === undefined) this.#inserted(after);
    else this.#changed(before, after);
    if (before?.runSlot === undefined && after.runSlot !== undefined) this.#slotGranted(after, after.runSlot, definition);
    this.#tasks(before, after);
    if (after.state === 'finished') this.#ended(after);
  }

  pipeline(before: PipelineRecord | undefined, after: PipelineRecord | undefined): void {
    if (before === undefined || after === undefined) return;
    this.#must(after.nextNumber >= before.nextNumber, 'the next number of a pipeline went back (I4)');
    for (const { number, runId, parameters } of after.pendingStarts) {
      this.#numbered(after._id, number, runId);
      const version = parameters['VERSION'];
      if (version !== undefined && 'value' in version) this.#counted(after._id, version.value, runId);
    }
    for (const { runId, number } of before.pendingStarts)
      if (!after.pendingStarts.some((pending) => pending.runId === runId))
        this.#must(this.#database().runs.records.has(runId), `the note of run ${number} was taken out before the run was there (I4)`);
  }

  /** The world is calm: everything must have ended. */
  atEnd(): void {
    for (const [runId, number] of this.#acknowledged) this.#mustBeKept(runId, number);
    const { runs, pipelines } = this.#database();
    for (const record of runs.records.values())
      this.#must(record.state === 'finished', `run ${record.number} never ended (I2): ${record.state}, ${standing(record)}`);
    for (const { pendingStarts } of pipelines.records.values())
      for (const { runId, number } of pendingStarts) this.#must(runs.records.has(runId), `run ${number} was noted and never inserted (I4)`);
  }

  #inserted(record: RunRecord): void {
    this.#numbered(record.pipelineId, record.number, record._id);
    const pipeline = this.#database().pipelines.records.get(record.pipelineId);
    this.#must((pipeline?.nextNumber ?? 0) > record.number, `run ${record.number} has a number that was not given yet (I4)`);
    this.#must(record.revision === 1, `run ${record.number} was inserted as revision ${record.revision}`);
  }

  #changed(before: RunRecord, after: RunRecord): void {
    this.#must(after.revision === before.revision + 1, `run ${after.number} went from revision ${before.revision} to ${after.revision}`);
    this.#must(after.number === before.number, `run ${before.number} became ${after.number}`);
    for (const sentence of breachesBetween(before.run, after.run, newEffects(before.run, after.run)))
      this.#must(false, `run ${after.number}: ${sentence}`);
  }

  /** I3, X4. With several controllers at once the unique index alone keeps the slots apart. */
  #slotGranted(record: RunRecord, slot: number, definition: DefinitionSnapshot): void {
    const { maxRuns } = definition.pipeline.concurrency ?? defaultConcurrency;
    const others = [...this.#database().runs.records.values()].filter(
      (other) => other.pipelineId === record.pipelineId && other._id !== record._id,
    );
    this.#must(slot < maxRuns, `run ${record.number} has slot ${slot} of ${maxRuns} (I3)`);
    this.#must(!others.some((other) => other.runSlot === slot), `two runs hold slot ${slot} (I3)`);
    if (this.#world.plan.controllers > 1) return;
    const running = others.filter((other) => other.runSlot !== undefined);
    const active = running.length + 1;
    const most = Math.max(maxRuns, ...running.map((other) => this.#limitOf(other))); // the limit may have been changed meanwhile
    this.#must(active <= most, `${active} runs are active, ${most} may (I3)`);
    const pipeline = this.#database().pipelines.records.get(record.pipelineId);
    const noted = pipeline?.pendingStarts.filter(({ runId }) => !this.#database().runs.records.has(runId)) ?? [];
    const earlier = [...noted, ...others.filter(({ state }) => state === 'queued')].filter(({ number }) => number < record.number);
    const hasRoom = active + earlier.length <= most; // they have been granted theirs, and are being written
    this.#must(hasRoom, `run ${record.number} began before run ${earlier[0]?.number}, which waits (X4)`);
  }

  #limitOf({ definitionId }: RunRecord): number {
    return (this.#database().definitions.get(definitionId)?.pipeline.concurrency ?? defaultConcurrency).maxRuns;
  }

  /** A task is as its newest attempt is. */
  #tasks(before: RunRecord | undefined, after: RunRecord): void {
    after.run.stages.forEach((stage, stageIndex) => {
      const old = before?.run.stages[stageIndex];
      if (old === stage) return;
      stage.tasks.forEach((task, index) => {
        if (task !== old?.tasks[index]) this.#task(after, task);
      });
    });
  }

  #task({ _id, number }: RunRecord, task: TaskState): void {
    if (task.state !== 'finished' && task.state !== 'running') return;
    const attempt = this.#database().attempts.records.get(attemptIdOf(_id, task.key, task.attempt));
    const name = `run ${number}: task ${task.key}`;
    if (attempt === undefined) return this.#must(false, `${name} is ${task.state} without an attempt`);
    if (task.state === 'running') return this.#must(attempt.state !== 'queued', `${name} runs, its attempt is queued`);
    this.#must(
      attempt.state === 'finished' && attempt.outcome === task.outcome,
      `${name} ${task.outcome}, its attempt is ${outcomeOf(attempt)}`,
    );
  }

  #ended(record: RunRecord): void {
    for (const stage of record.run.stages)
      for (const task of stage.tasks) {
        if (task.attempt === 0) continue;
        const attempt = this.#database().attempts.records.get(attemptIdOf(record._id, task.key, task.attempt));
        this.#must(
          attempt?.state === 'finished',
          `run ${record.number} has ended, the attempt of ${task.key} is ${attempt?.state ?? 'not there'}`,
        );
      }
  }

  #numbered(pipelineId: PipelineId, number: number, runId: RunId): void {
    const key = `${pipelineId} ${number}`;
    const known = this.#numbers.get(key);
    this.#must(known === undefined || known === runId, `number ${number} was given twice (I4)`);
    this.#numbers.set(key, runId);
  }

  #counted(pipelineId: PipelineId, value: string, runId: RunId): void {
    const values = this.#versions.get(pipelineId) ?? new Map<string, RunId>();
    this.#versions.set(pipelineId, values);
    const known = values.get(value);
    this.#must(known === undefined || known === runId, `the auto-increment value ${value} was given twice (I4)`);
    values.set(value, runId);
  }

  #mustBeKept(runId: RunId, number: number): void {
    const { runs, pipelines } = this.#database();
    const isNoted = [...pipelines.records.values()].some(({ pendingStarts }) => pendingStarts.some((pending) => pending.runId === runId));
    this.#must(runs.records.get(runId)?.number === number || isNoted, `run ${number}, whose start was acknowledged, is gone (I4)`);
  }

  #must(holds: boolean, breach: string): void {
    if (!holds) this.#world.breaches.push(breach);
  }
}

const outcomeOf = ({ state, outcome }: AttemptRecord): string => outcome ?? state;
const standing = ({ run }: RunRecord): string =>
  run.stages
    .flatMap(({ tasks }) => tasks)
    .filter((task) => task.state === 'queued' || task.state === 'running')
    .map((task) => `${task.key}.${task.attempt} ${task.state}`)
    .slice(0, 5)
    .join(', ');
