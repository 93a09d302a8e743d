import type { Endpoint, FarmView, Job, Pipeline, PipelineRow, RunSummary, Page, QueueItem } from '@drover/protocol/api';
import type { JobDefinition, PipelineDefinition } from '@drover/protocol/definition';
import { ids } from './ids.js';
import { now, personRef, projects } from './people.js';

type Status = RunSummary['status'];
const minute = 60_000;

interface Sketch {
  readonly project: number;
  readonly name: string;
  readonly ref: string;
  readonly message: string;
  readonly status: Status;
  readonly stages: readonly Status[];
  readonly minutesAgo: number;
  readonly seconds: number;
  readonly runs: number;
  readonly by: number;
  readonly favourite?: boolean;
}

// prettier-ignore
const sketches: readonly Sketch[] = [
  { project: 1, name: 'web-app', ref: 'main', message: 'Fix rounding of basket totals for split shipments', status: 'running', stages: ['succeeded', 'running', 'notRun', 'notRun'], minutesAgo: 2, seconds: 262, runs: 1284, by: 2, favourite: true },
  { project: 2, name: 'settlement-batch', ref: 'main', message: 'Split the export by clearing house', status: 'running', stages: ['succeeded', 'succeeded', 'running', 'notRun'], minutesAgo: 6, seconds: 401, runs: 406, by: 4 },
  { project: 2, name: 'ledger-service', ref: 'v4.18.0', message: 'Release 4.18.0', status: 'queued', stages: ['succeeded', 'queued', 'notRun'], minutesAgo: 11, seconds: 680, runs: 872, by: 4, favourite: true },
  { project: 1, name: 'search-index', ref: 'feature/synonyms', message: 'Try the smaller stemmer', status: 'stopped', stages: ['succeeded', 'stopped', 'notRun'], minutesAgo: 32, seconds: 127, runs: 733, by: 1 },
  { project: 3, name: 'gateway', ref: 'main', message: 'Reload certificates without dropping streams', status: 'succeeded', stages: ['succeeded', 'succeeded', 'succeeded', 'succeeded'], minutesAgo: 44, seconds: 238, runs: 2047, by: 3 },
  { project: 1, name: 'nightly-restore', ref: 'main', message: 'Restore drill of the order database', status: 'failed', stages: ['succeeded', 'failed', 'notRun'], minutesAgo: 420, seconds: 2326, runs: 97, by: 1, favourite: true },
  { project: 2, name: 'base-images', ref: 'main', message: 'Move to the October base', status: 'timedOut', stages: ['succeeded', 'timedOut', 'notRun'], minutesAgo: 480, seconds: 3600, runs: 524, by: 3 },
  { project: 3, name: 'firmware', ref: 'hw-rev-c', message: 'Sign the image on the bench', status: 'lost', stages: ['succeeded', 'succeeded', 'lost', 'notRun'], minutesAgo: 1500, seconds: 1335, runs: 58, by: 3 },
  { project: 1, name: 'mail-templates', ref: 'main', message: 'Shorten the receipt subject', status: 'succeeded', stages: ['succeeded', 'succeeded'], minutesAgo: 4300, seconds: 39, runs: 121, by: 2 },
];

const stageNames = ['Build', 'Verify', 'Staging', 'Production'];
const done = new Set<Status>(['succeeded', 'failed', 'stopped', 'timedOut', 'lost']);

function runOf(sketch: Sketch, number: number): RunSummary {
  const startedAt = now - sketch.minutesAgo * minute;
  const finished = done.has(sketch.status);
  return {
    id: ids.run(number),
    projectId: ids.project(sketch.project),
    pipelineId: ids.pipeline(number),
    pipelineName: sketch.name,
    number: sketch.runs,
    revision: 4,
    status: sketch.status,
    trigger: { type: number % 3 === 0 ? 'api' : 'manual', by: personRef(sketch.by) },
    source: {
      index: 0,
      url: `https://git.example.org/${sketch.name}.git`,
      ref: { type: sketch.ref.startsWith('v') ? 'tag' : 'branch', name: sketch.ref },
      commit: '8f3c1d2a90b1c2d3e4f5a6b7c8d9e0f1a2b3c4d5',
      message: sketch.message,
    },
    stages: sketch.stages.map((status, index) => ({
      key: `stage-${index + 1}`,
      name: stageNames[index] ?? `Stage ${index + 1}`,
      status,
      tasksDone: status === 'succeeded' ? 2 : 1,
      tasksTotal: 2,
      ...(status === 'succeeded' ? { startedAt, finishedAt: startedAt + 80_000 } : {}),
    })),
    ...(sketch.status === 'queued' ? { waiting: { code: 'noAgentMatches' as const, parameters: { missing: 'android' } } } : {}),
    queuedAt: startedAt - 4_000,
    ...(sketch.status === 'queued' ? {} : { startedAt }),
    ...(finished ? { finishedAt: startedAt + sketch.seconds * 1_000 } : {}),
  };
}

const past = (sketch: Sketch): PipelineRow['lastRuns'] =>
  Array.from({ length: 12 }, (_, index) => {
    const number = sketch.runs - 11 + index;
    const status: Status = index === 11 ? sketch.status : (number * 7) % 11 === 0 ? 'failed' : 'succeeded';
    return {
      number,
      status,
      ...(done.has(status) ? { durationMs: Math.round(sketch.seconds * 1_000 * (0.8 + ((number * 13) % 30) / 100)) } : {}),
    };
  });

export const rows: PipelineRow[] = sketches.map((sketch, index) => ({
  id: ids.pipeline(index + 1),
  projectId: ids.project(sketch.project),
  projectName: projects[sketch.project - 1]?.name ?? '',
  name: sketch.name,
  favourite: sketch.favourite ?? false,
  activeRuns: done.has(sketch.status) ? 0 : 1,
  queuedRuns: sketch.status === 'queued' ? 1 : 0,
  newestRun: runOf(sketch, index + 1),
  lastRuns: past(sketch),
  mayExecute: sketch.project !== 3,
  mayModify: sketch.project !== 3,
  mayDelete: sketch.project === 1,
  createdBy: personRef(sketch.by),
}));

const nodeJob: JobDefinition = {
  name: 'node-build',
  kind: 'build',
  description: 'Installs, builds, tests',
  labels: ['linux', 'node'],
  executor: { type: 'shell' },
  timeoutSeconds: 1_200,
  parameters: [
    { name: 'ARGUMENTS', type: 'string', value: '', runtime: true },
    { name: 'NODE_ENV', type: 'enum', values: ['production', 'development'], value: 'production', runtime: true },
  ],
  steps: [
    { type: 'checkout', name: 'Check out' },
    { type: 'shell', name: 'Install', script: 'npm ci' },
    { type: 'shell', name: 'Build', script: 'npm run build -- $ARGUMENTS' },
    { type: 'uploadPackage', name: 'Upload', files: ['dist'], package: 'web', version: '${VERSION}', always: false },
  ],
};
const dockerJob: JobDefinition = {
  name: 'docker-build',
  kind: 'build',
  parameters: [],
  labels: ['docker'],
  executor: { type: 'docker', image: 'node:20', pull: 'ifNotPresent' },
  steps: [
    { type: 'checkout', name: 'Check out' },
    { type: 'shell', name: 'Build', script: 'make image' },
  ],
};

const stamp = { createdAt: now - 90 * 86_400_000, createdBy: personRef(2), changedAt: now - 86_400_000, changedBy: personRef(1) };

export const jobs: Job[] = [nodeJob, dockerJob].map((definition, index) => ({
  id: ids.job(index + 1),
  projectId: ids.project(1),
  version: 3,
  definition,
  ...stamp,
  usedBy: index === 0 ? [{ pipelineId: ids.pipeline(1), pipeline: 'web-app', task: 'Web bundle' }] : [],
}));

export const endpoints: Endpoint[] = [
  {
    id: ids.endpoint(1),
    projectId: ids.project(1),
    kind: 'git',
    name: 'git-host',
    url: 'https://git.example.org',
    user: 'drover',
    credentials: ['password'],
    ...stamp,
    usedBy: [{ pipeline: 'web-app', place: 'source web' }],
  },
  {
    id: ids.endpoint(2),
    projectId: ids.project(1),
    kind: 'dockerRegistry',
    name: 'registry',
    url: 'https://registry.example.org',
    credentials: [],
    ...stamp,
    usedBy: [],
  },
];

const definition: PipelineDefinition = {
  name: 'web-app',
  description: 'Builds and checks the shop',
  sources: [{ type: 'git', alias: 'web', url: 'https://git.example.org/web-app.git', endpoint: 'git-host', defaultBranch: 'main' }],
  parameters: [
    { name: 'VERSION', type: 'autoIncrement', value: '2.31.4', runtime: true },
    { name: 'TARGET', type: 'enum', values: ['staging', 'production'], value: 'staging', runtime: true },
    { name: 'DEPLOY_KEY', type: 'secret' },
    { name: 'ARGUMENTS', type: 'string', value: '--parallel 4' },
  ],
  stages: [
    {
      key: 'build',
      name: 'Build',
      mode: 'parallel',
      tasks: [
        { key: 'server-image', name: 'Server image', type: 'build', job: 'docker-build' },
        {
          key: 'web-bundle',
          name: 'Web bundle',
          type: 'build',
          job: 'node-build',
          parameters: { ARGUMENTS: '${ARGUMENTS}' },
          labels: ['linux'],
        },
      ],
    },
    {
      key: 'verify',
      name: 'Verify',
      mode: 'serial',
      alwaysRun: true,
      tasks: [
        { key: 'unit-tests', name: 'Unit tests', type: 'build', job: 'node-build', timeoutSeconds: 1_200 },
        { key: 'lint', name: 'Lint and types', type: 'build', job: 'node-build' },
      ],
    },
    { key: 'staging', name: 'Staging', mode: 'serial', tasks: [{ key: 'smoke', name: 'Smoke test', type: 'build', job: 'node-build' }] },
  ],
};

export const pipelineOf = (row: PipelineRow): Pipeline => ({
  id: row.id,
  projectId: row.projectId,
  projectName: row.projectName,
  version: 7,
  definition: { ...definition, name: row.name },
  secretsSet: ['DEPLOY_KEY'],
  activeRuns: 1,
  autoIncrement: { VERSION: '2.31.7' },
  ...stamp,
  favourite: row.favourite,
  mayExecute: row.mayExecute,
  mayModify: row.mayModify,
  mayDelete: row.mayDelete,
  predefined: [
    'PROJECT_ID',
    'PIPELINE_ID',
    'PIPELINE_NUMBER',
    'COMMIT_ID',
    'TIMESTAMP',
    'web_REPOSITORY_NAME',
    'web_SOURCE_BRANCH',
    'web_TARGET_BRANCH',
    'web_TAG',
    'web_COMMIT_ID',
  ],
});

export const farm: FarmView = {
  slots: 14,
  busy: 8,
  queuedTasks: 2,
  agents: 5,
  agentsOnline: 4,
  pen: [
    [4, 4, 'online'],
    [4, 3, 'online'],
    [2, 1, 'online'],
    [2, 0, 'silent'],
    [2, 0, 'online'],
  ].map(([slots, busy, status], index) => ({
    agentId: ids.agent(index + 1),
    slots: Number(slots),
    busy: Number(busy),
    status: status as 'online',
  })),
};

export const queuePage: Page<QueueItem> = {
  items: rows
    .filter(({ newestRun }) => newestRun?.status === 'queued')
    .flatMap(({ id, projectId, name, newestRun }) =>
      newestRun === undefined
        ? []
        : [
            {
              runId: newestRun.id,
              projectId,
              pipelineId: id,
              pipelineName: name,
              runNumber: newestRun.number,
              since: newestRun.queuedAt,
              waiting: { code: 'noAgentMatches', parameters: { missing: 'android' } },
            },
          ],
    ),
  page: 1,
  pageSize: 50,
  total: 1,
  more: false,
};
