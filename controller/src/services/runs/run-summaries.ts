import type { PipelineId } from '@drover/protocol';
import { nameKeyOf } from '../../domain/accounts/account.js';
import type { RunSummary } from '@drover/protocol/api';
import type { EngineCore } from '../engine/engine-core.js';
import type { PipelineRuns, RunSummaries } from '../ports/run-summaries.js';
import type { Run } from '../../domain/runs/run.js';
import { begunAt, runStatus } from '../../domain/runs/status.js';
import { WaitReasons } from '../placing/wait-reasons.js';
import { waitingSummary } from './views.js';

/** L1: bars beside a pipeline. */
const lastRuns = 12;

/** What lists of pipelines and projects show of their runs. */
export function createRunSummaries(core: EngineCore): RunSummaries {
  const { runs } = core.ports.stores;
  const reasons = new WaitReasons(core);
  const listOf = (projects: 'all' | ReadonlySet<string>) => (projects === 'all' ? ('all' as const) : ([...projects] as never[]));
  return {
    async newest(pipelineIds) {
      const found = await Promise.all(
        pipelineIds.map(async (id): Promise<readonly [PipelineId, RunSummary | undefined]> => [id, await core.newest.of(id)]),
      );
      return new Map(found.flatMap(([id, summary]) => (summary === undefined ? [] : [[id, summary] as const])));
    },
    async ofPipelines(pipelineIds) {
      return new Map(await Promise.all(pipelineIds.map(async (id) => [id, await ofPipeline(core, reasons, id)] as const)));
    },
    async everRunBy(person, projects) {
      const isMeant = ({ userId, name }: { readonly userId: string; readonly name: string }): boolean =>
        userId === person || nameKeyOf(name) === nameKeyOf(person);
      const all = await core.runners.all();
      return new Set(
        all
          .filter((runner) => (projects === 'all' || projects.has(runner.projectId)) && isMeant(runner))
          .map((runner) => runner.pipelineId),
      );
    },
    active: (pipelineId) => core.slots.standing(pipelineId).active,
    async tally(projects, since) {
      const scope = { projects: listOf(projects) };
      const [running, queued, failedToday] = await Promise.all([
        runs.count({ ...scope, shown: ['running', 'stopping'] }),
        runs.count({ ...scope, shown: ['queued'] }),
        runs.count({ ...scope, outcome: 'failed', finishedSince: since }),
      ]);
      return { running, queued, failedToday };
    },
    async ofProject(projectId, since) {
      const [running, failedToday, lastRunAt] = await Promise.all([
        runs.count({ projects: [projectId], shown: ['running', 'stopping'] }),
        runs.count({ projects: [projectId], outcome: 'failed', finishedSince: since }),
        runs.lastStart(projectId),
      ]);
      return { running, failedToday, ...(lastRunAt === undefined ? {} : { lastRunAt }) };
    },
  };
}

async function ofPipeline(core: EngineCore, reasons: WaitReasons, pipelineId: PipelineId): Promise<PipelineRuns> {
  const [newestRun, records] = await Promise.all([core.newest.of(pipelineId), core.ports.stores.runs.newest(pipelineId, lastRuns)]);
  const { active, queued, arriving } = core.slots.standing(pipelineId); // also those that began before the last few
  const bars = records.map(({ number, run }) => ({
    number,
    status: runStatus(run),
    ...lasted(run),
  }));
  const newest = newestRun && records.find(({ _id }) => _id === newestRun.id);
  const definition = newest && newest.state !== 'finished' ? await core.definition(newest.definitionId) : undefined;
  return {
    ...(newestRun === undefined
      ? {}
      : { newestRun: newest && definition ? waitingSummary(newestRun, reasons.ofRun(newest.run, definition)) : newestRun }),
    lastRuns: bars.reverse(),
    activeRuns: active,
    queuedRuns: queued + arriving,
  };
}

function lasted(run: Run): { readonly durationMs?: number } {
  const startedAt = begunAt(run);
  return run.state === 'finished' && startedAt !== undefined ? { durationMs: Math.max(0, run.finishedAt - startedAt) } : {};
}
