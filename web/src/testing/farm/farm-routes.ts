import { asId, type AttemptId, type RunId, type TSchema } from '@drover/protocol';
import type { PackageFolder, WaitingView } from '@drover/protocol/api';
import * as api from '@drover/protocol/api';
import { ids } from '../ids.js';
import { now, personRef } from '../people.js';
import type { Answer, Ask } from '../routes.js';
import { agents, packages, registrationTokens } from './made-agents.js';
import { attemptOf, findAttempt, findRun, logOf, olderRun, pipelineRow, runView } from './made-runs.js';

const list = (schema: TSchema): TSchema => ({ type: 'array', items: schema }) as unknown as TSchema;
const ok = (schema: TSchema, body: unknown): Answer => ({ status: 200, schema, body });
const missing: Answer = {
  status: 404,
  body: {
    type: 'about:blank',
    title: 'notFound',
    status: 404,
    code: 'notFound',
    detail: 'There is no such thing, or you may not see it.',
    requestId: 'req-1',
  },
};

type Handler = (ask: Ask, id: string, rest: string) => Answer;

const waiting: WaitingView = {
  verdict: { code: 'allSlotsBusy', parameters: { place: 2 } },
  since: now - 544_000,
  place: 2,
  estimateMs: 360_000,
  labels: ['android', 'kvm', 'os=linux'],
  impossible: false,
  agents: agents.map(({ id, name }, i) => ({
    agentId: id,
    name,
    reason:
      i === 4
        ? { code: 'agentNoFreeSlot', parameters: { slots: 2 } }
        : i === 5
          ? { code: 'agentUnhealthy', parameters: { detail: '3.1 GB free, the limit is 5 GB' } }
          : i === 8
            ? { code: 'agentOffline' }
            : i === 9
              ? { code: 'agentUnapproved' }
              : { code: 'agentLabelMissing', parameters: { label: 'android' } },
  })),
};

function history({ query }: Ask, id: string): Answer {
  const newest = pipelineRow(id)?.newestRun;
  if (newest === undefined) return missing;
  const days = Number(query.get('days') ?? 7);
  const total = Math.min(days * 16, newest.number);
  const [page, pageSize] = [Number(query.get('page') ?? 1), Number(query.get('pageSize') ?? 20)];
  const all = Array.from({ length: total }, (_, i) => (i === 0 ? newest : olderRun(newest, newest.number - i))).filter(
    ({ status }) => query.get('status') === null || status === query.get('status'),
  );
  return ok(api.Page(api.RunSummary), {
    items: all.slice((page - 1) * pageSize, page * pageSize),
    page,
    pageSize,
    total: all.length,
    more: false,
  });
}

function folder(directory: string): PackageFolder {
  const below = packages.filter((one) => directory === '' || one.directory === directory || one.directory.startsWith(`${directory}/`));
  const folders = [
    ...new Set(
      below
        .filter((one) => one.directory !== directory)
        .map((one) => one.directory.slice(directory === '' ? 0 : directory.length + 1).split('/')[0] ?? ''),
    ),
  ];
  const names = [...new Set(below.filter((one) => one.directory === directory).map(({ name }) => name))];
  return {
    directory,
    folders,
    truncated: false,
    packages: names.flatMap((name) => {
      const versions = below.filter((one) => one.name === name && one.directory === directory);
      const [first] = versions;
      return first === undefined
        ? []
        : [
            {
              name,
              versions: versions.length,
              newestVersion: first.version,
              newestAt: first.createdAt,
              sizeBytes: versions.reduce((sum, one) => sum + one.sizeBytes, 0),
            },
          ];
    }),
  };
}

function packagePage({ query }: Ask): Answer {
  const [directory, name, search] = [query.get('directory'), query.get('name'), query.get('search')];
  const items = packages.filter(
    (one) =>
      (directory === null || one.directory === directory) &&
      (name === null || one.name === name) &&
      (search === null || one.name.includes(search) || one.version.includes(search)),
  );
  return ok(api.Page(api.Package), { items: items.slice(0, 20), page: 1, pageSize: 20, total: items.length, more: false });
}

const attempt = (id: string) => findAttempt(asId<AttemptId>(id));
const upload = { uploadId: asId(`u${'0'.repeat(25)}`), offsetBytes: 0, sizeBytes: 1, complete: false };

const handlers: readonly (readonly [method: string, pattern: RegExp, handler: Handler])[] = [
  ['GET', /^\/pipelines\/(\w{26})\/runs$/, history],
  [
    'GET',
    /^\/pipelines\/(\w{26})\/runs\/(\d+)$/,
    (_, id, number) => {
      const row = pipelineRow(id);
      const run = row && runView(row, Number(number));
      return run ? ok(api.RunView, run) : missing;
    },
  ],
  [
    'POST',
    /^\/pipelines\/(\w{26})\/runs$/,
    (_, id) => {
      const row = pipelineRow(id);
      const run = row && runView(row, row.newestRun?.number ?? 1);
      return run ? { ...ok(api.RunView, run), status: 201 } : missing;
    },
  ],
  [
    'GET',
    /^\/runs\/(\w{26})$/,
    (_, id) => {
      const run = findRun(asId<RunId>(id));
      return run ? ok(api.RunView, run) : missing;
    },
  ],
  ['POST', /^\/runs\/(\w{26})\/stop$/, (_, id) => ok(api.RunView, findRun(asId<RunId>(id)))],
  [
    'GET',
    /^\/runs\/(\w{26})\/events$/,
    () =>
      ok(list(api.RunEventView), [
        { at: now - 240_000, type: 'runQueued', by: personRef(2) },
        { at: now - 239_000, type: 'sourcesResolved', facts: { commit: '8f3c1d2' } },
        { at: now - 236_000, type: 'taskStarted', taskKey: 't0-0' },
        {
          at: now - 100_000,
          type: 'attemptFinished',
          taskKey: 't1-1',
          reason: { code: 'stepFailed', parameters: { step: 'Test', exitCode: 1 } },
        },
      ]),
  ],
  [
    'GET',
    /^\/runs\/(\w{26})\/waiting$/,
    () => ok(api.WaitingView, { ...waiting, verdict: { code: 'runLimit', parameters: { active: 5, limit: 5, place: 2 } }, agents: [] }),
  ],
  ['GET', /^\/runs\/(\w{26})\/packages$/, () => ok(list(api.Package), packages.slice(0, 2))],
  [
    'GET',
    /^\/runs\/(\w{26})\/attempts$/,
    ({ query }, id) => {
      const run = findRun(asId<RunId>(id));
      const task = run?.stages.flatMap(({ tasks }) => tasks).find(({ key }) => key === query.get('taskKey'));
      return run && task
        ? ok(
            list(api.AttemptView),
            Array.from({ length: task.attempts }, (_, i) => attemptOf(run, task, i + 1)),
          )
        : missing;
    },
  ],
  ['GET', /^\/attempts\/([\w.~-]+)\/waiting$/, () => ok(api.WaitingView, waiting)],
  [
    'GET',
    /^\/attempts\/([\w.~-]+)\/log\/lines$/,
    ({ query }, id) =>
      ok(api.LogLines, logOf(asId<AttemptId>(id)).lines(Number(query.get('from')), Number(query.get('count')), attempt(id)?.steps ?? [])),
  ],
  [
    'GET',
    /^\/attempts\/([\w.~-]+)\/log\/search$/,
    ({ query }, id) =>
      ok(api.LogHits, logOf(asId<AttemptId>(id)).search(query.get('q') ?? '', Number(query.get('from')), Number(query.get('limit')))),
  ],
  [
    'GET',
    /^\/attempts\/([\w.~-]+)$/,
    (_, id) => {
      const found = attempt(id);
      return found ? ok(api.AttemptView, found) : missing;
    },
  ],
  ['GET', /^\/projects\/(\w{26})\/packages$/, packagePage],
  ['GET', /^\/projects\/(\w{26})\/packages\/folders$/, ({ query }) => ok(api.PackageFolder, folder(query.get('directory') ?? ''))],
  [
    'POST',
    /^\/projects\/(\w{26})\/uploads$/,
    ({ body }) => ({ status: 201, body: { ...upload, sizeBytes: (body as { sizeBytes: number }).sizeBytes } }),
  ],
  ['PUT', /^\/uploads\/(\w{26})\/bytes$/, () => ({ status: 200, body: { ...upload, offsetBytes: Number.MAX_SAFE_INTEGER } })],
  ['POST', /^\/uploads\/(\w{26})\/complete$/, () => ok(api.Package, packages[2])],
  ['DELETE', /^\/packages\/(\w{26})$/, () => ({ status: 204 })],
  ['GET', /^\/agents$/, () => ok(list(api.AgentView), agents)],
  [
    'PATCH',
    /^\/agents\/(\w{26})$/,
    (_, id) =>
      ok(
        api.AgentView,
        agents.find((agent) => agent.id === id),
      ),
  ],
  ['DELETE', /^\/agents\/(\w{26})$/, () => ({ status: 204 })],
  ['POST', /^\/agents\/(\w{26})\/approve$/, () => ok(api.AgentView, { ...agents[9], status: 'online', approved: true, revision: 4 })],
  ['GET', /^\/registration-tokens$/, () => ok(list(api.RegistrationToken), registrationTokens)],
  [
    'POST',
    /^\/registration-tokens$/,
    () =>
      ok(api.RegistrationTokenCreated, {
        token: registrationTokens[0],
        secret: 'drt_example',
        installCommand: 'curl -fsSL https://drover.example.org/install/agent.sh | DROVER_TOKEN=drt_example_0123456789abcdef sh -s --',
      }),
  ],
  ['DELETE', /^\/registration-tokens\/(\w{26})$/, () => ({ status: 204 })],
  [
    'GET',
    /^\/agents\/(\w{26})$/,
    (_, id) => ok(api.AgentView, agents.find((agent) => agent.id === id) ?? { ...agents[0], id: ids.agent(1) }),
  ],
];

/** Runs, logs, packages and agents of the development server; nothing for other addresses. */
export function answerFarm(ask: Ask): Answer | undefined {
  for (const [method, pattern, handler] of handlers) {
    const match = method === ask.method ? pattern.exec(ask.path) : null;
    if (match) return handler(ask, match[1] ?? '', match[2] ?? '');
  }
  return undefined;
}
