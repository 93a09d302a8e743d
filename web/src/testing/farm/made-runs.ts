import { attemptIdOf, type AttemptId, type RunId } from '@drover/protocol';
import type { StepRecord } from '@drover/protocol/agent';
import type { AttemptView, PipelineRow, RunSummary, RunView, StageView, TaskView } from '@drover/protocol/api';
import { ids } from '../ids.js';
import { now } from '../people.js';
import { pipelineOf, rows } from '../work.js';
import { apiTestLine, MadeLog, millionLine } from './made-log.js';

type Status = RunSummary['status'];
const over = new Set<Status>(['succeeded', 'failed', 'stopped', 'timedOut', 'lost']);

const logs = new Map<string, MadeLog>();

/** The gateway's run has a million lines; others are short. */
export function logOf(attemptId: AttemptId): MadeLog {
  const known = logs.get(attemptId);
  if (known) return known;
  const million = attemptId.startsWith(ids.run(5));
  const log = new MadeLog(million ? millionLine : apiTestLine, million ? 1_000_000 : 427);
  logs.set(attemptId, log);
  return log;
}

function taskOf(run: RunSummary, key: string, name: string, status: Status, attempts: number): TaskView {
  const begun = status !== 'notRun' && status !== 'skipped';
  const startedAt = run.startedAt ?? run.queuedAt;
  return {
    key,
    name,
    type: 'build',
    status,
    selected: status !== 'skipped',
    attempts,
    ...(begun ? { attemptId: attemptIdOf(run.id, key, attempts), queuedAt: run.queuedAt } : {}),
    ...(begun && status !== 'queued' ? { startedAt } : {}),
    ...(over.has(status) ? { finishedAt: startedAt + 72_000 } : {}),
    ...(status === 'failed' ? { reason: { code: 'stepFailed' as const, parameters: { step: 'Run HTTP tests', exitCode: 1 } } } : {}),
  };
}

const names = [
  ['Server image', 'Web bundle'],
  ['Lint and types', 'Unit tests', 'API tests'],
  ['Deploy to staging', 'Smoke test'],
  ['Canary, 1 host', 'All hosts'],
];

function stageOf(run: RunSummary, index: number): StageView {
  const stage = run.stages[index];
  const status = stage?.status ?? 'notRun';
  const tasks = (names[index] ?? []).map((name, i, all) =>
    taskOf(run, `t${index}-${i}`, name, i === all.length - 1 || status === 'notRun' ? status : 'succeeded', i === 1 && index === 1 ? 2 : 1),
  );
  return {
    key: `stage-${index + 1}`,
    name: stage?.name ?? '',
    mode: index < 2 ? 'parallel' : 'serial',
    status,
    tasks,
    ...(status === 'notRun' || run.startedAt === undefined ? {} : { startedAt: run.startedAt }),
    ...(over.has(status) && run.startedAt !== undefined ? { finishedAt: run.startedAt + 80_000 } : {}),
  };
}

export function runView(row: PipelineRow, number: number): RunView | undefined {
  const summary = row.newestRun;
  if (summary === undefined || number > summary.number || number < 1) return undefined;
  const run = number === summary.number ? summary : olderRun(summary, number);
  return {
    id: run.id,
    projectId: row.projectId,
    projectName: row.projectName,
    pipelineId: row.id,
    pipelineName: row.name,
    number,
    revision: 4,
    status: run.status,
    trigger: run.trigger,
    sources: run.source === undefined ? [] : [run.source],
    stages: run.stages.map((_, index) => stageOf(run, index)),
    queuedAt: run.queuedAt,
    mayStop: true,
    mayExecute: row.mayExecute,
    mayDelete: row.mayExecute,
    parameters: [
      { name: 'VERSION', value: '2.31.4', secret: false, origin: 'pipeline' },
      { name: 'TARGET', value: 'staging', secret: false, origin: 'run' },
      { name: 'DEPLOY_KEY', secret: true, origin: 'pipeline' },
      { name: 'PIPELINE_NUMBER', value: String(number), secret: false, origin: 'predefined' },
      { name: 'ARGUMENTS', value: '', secret: false, origin: 'pipeline' },
    ],
    ...(run.startedAt === undefined ? {} : { startedAt: run.startedAt }),
    ...(run.finishedAt === undefined ? {} : { finishedAt: run.finishedAt }),
    ...(run.status === 'failed' ? { reason: { code: 'taskFailed' as const, parameters: { task: 'API tests' } } } : {}),
    ...(run.status === 'stopped' && run.trigger.by !== undefined ? { stoppedBy: run.trigger.by } : {}),
  };
}

export function olderRun(newest: RunSummary, number: number): RunSummary {
  const status: Status = (number * 7) % 11 === 0 ? 'failed' : 'succeeded';
  const startedAt = now - (newest.number - number) * 5_400_000 - 3_600_000;
  return {
    ...newest,
    id: ids.run(10_000 + number),
    number,
    status,
    stages: newest.stages.map((stage, i, all) => ({
      ...stage,
      status: status === 'failed' && i === all.length - 1 ? 'failed' : 'succeeded',
      tasksDone: 2,
    })),
    queuedAt: startedAt - ((number * 37) % 90) * 1_000,
    startedAt,
    finishedAt: startedAt + 180_000 + ((number * 7_919) % 140) * 1_000,
  };
}

export function findRun(id: RunId): RunView | undefined {
  for (const row of rows) {
    const newest = row.newestRun;
    if (newest === undefined) continue;
    if (newest.id === id) return runView(row, newest.number);
    for (let number = newest.number; number > newest.number - 60; number--)
      if (ids.run(10_000 + number) === id) return runView(row, number);
  }
  return undefined;
}

export function stepsOf(log: MadeLog, status: Status): StepRecord[] {
  const at = (line: number): number => log.offsets[Math.min(line, log.count)] ?? 0;
  const started = now - 120_000;
  const done = (index: number, name: string, from: number, to: number, fact: string): StepRecord => ({
    index,
    name,
    state: 'finished',
    outcome: 'succeeded',
    exitCode: 0,
    startedAt: started + index * 4_000,
    finishedAt: started + index * 4_000 + 3_400,
    startOffset: at(from),
    endOffset: at(to),
    fact,
  });
  const ended = over.has(status);
  const outcome = status === 'failed' ? 'failed' : 'succeeded';
  return [
    done(0, 'Check out source', 3, 40, 'web-app at 8f3c1d2, mirror cache hit'),
    done(1, 'Restore cache', 40, 61, 'node-20-3f9ae1 · 212 MB'),
    {
      index: 2,
      name: 'Run HTTP tests',
      state: ended ? 'finished' : 'running',
      ...(ended ? { outcome, exitCode: outcome === 'failed' ? 1 : 0, finishedAt: started + 72_000, endOffset: log.sizeBytes } : {}),
      startedAt: started + 8_000,
      startOffset: at(61),
      fact: 'suites/api/*.http.yaml',
    },
    ...(ended ? [{ index: 3, name: 'Publish', state: 'skipped' as const, outcome: 'skipped' as const }] : []),
  ];
}

export function attemptOf(run: RunView, task: TaskView, number: number): AttemptView {
  const status: Status = number < task.attempts ? 'failed' : task.status;
  const id = attemptIdOf(run.id, task.key, number);
  const log = logOf(id);
  const queued = status === 'queued';
  const ended = over.has(status);
  const live = !ended && !queued;
  return {
    id,
    runId: run.id,
    runNumber: run.number,
    taskKey: task.key,
    number,
    state: queued ? 'queued' : ended ? 'finished' : 'running',
    status,
    executor: 'shell',
    labels: ['linux', 'node'],
    timeoutSeconds: 1_200,
    steps: queued ? [] : stepsOf(log, status),
    log: {
      sizeBytes: queued ? 0 : log.sizeBytes,
      lines: queued ? 0 : log.count,
      state: live ? 'live' : queued ? 'live' : 'complete',
      ...(ended ? { sha256: 'ab'.repeat(32), reportedSha256: 'ab'.repeat(32), reportedSizeBytes: log.sizeBytes } : {}),
    },
    warnings: status === 'failed' ? [{ code: 'uploadFailed', parameters: { package: 'web-app-static', detail: 'no file matched' } }] : [],
    queuedAt: run.queuedAt,
    ...(queued ? {} : { agent: { id: ids.agent(1), name: 'lin-07', slot: 2 }, startedAt: now - 120_000 }),
    ...(ended ? { finishedAt: now - 48_000, exitCode: status === 'failed' ? 1 : 0 } : {}),
    ...(status === 'failed' ? { reason: { code: 'stepFailed' as const, parameters: { step: 'Run HTTP tests', exitCode: 1 } } } : {}),
  };
}

export function findAttempt(id: AttemptId): AttemptView | undefined {
  const [runId = '', taskKey = '', number = '1'] = id.split('.');
  const run = findRun(runId as RunId);
  const task = run?.stages.flatMap(({ tasks }) => tasks).find(({ key }) => key === taskKey);
  return run && task ? attemptOf(run, task, Number(number)) : undefined;
}

export const pipelineRow = (id: string): PipelineRow | undefined => rows.find((row) => row.id === id);
export { pipelineOf };
