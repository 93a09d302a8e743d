import { parse, type TSchema } from '@drover/protocol';
import * as api from '@drover/protocol/api';
import { answerFarm } from './farm/farm-routes.js';
import { members, projects, sessions, tokens, users } from './people.js';
import { endpoints, farm, jobs, pipelineOf, queuePage, rows } from './work.js';

/** An answer: its schema says whether it keeps the contract. */
export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly schema?: TSchema;
  readonly text?: string;
}

export interface Ask {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly body: unknown;
  readonly signedIn: boolean;
}

const list = (schema: TSchema): TSchema => ({ type: 'array', items: schema }) as unknown as TSchema;
const ok = (schema: TSchema, body: unknown): Answer => ({ status: 200, schema, body });
const done: Answer = { status: 204 };
const problem = (status: number, code: string, detail: string, errors?: unknown): Answer => ({
  status,
  body: { type: 'about:blank', title: code, status, code, detail, requestId: 'req-7f31a', ...(errors === undefined ? {} : { errors }) },
});

type Handler = (ask: Ask, id: string) => Answer;

const me = { user: users[0], sessionId: sessions[0]?.id };

function pipelinePage({ query }: Ask): Answer {
  const search = query.get('search') ?? '';
  const items = rows.filter(
    (row) =>
      row.name.includes(search) &&
      (query.get('filter') !== 'favourites' || row.favourite) &&
      (query.get('projectId') ?? row.projectId) === row.projectId &&
      (query.get('person') ?? row.newestRun?.trigger.by?.name) === row.newestRun?.trigger.by?.name,
  );
  return ok(api.Page(api.PipelineRow), { items, page: 1, pageSize: 20, total: items.length, more: false });
}

/** The routes of the pages, by method and path; `*` stands for an id. */
const handlers: Readonly<Record<string, Handler>> = {
  'GET /session': () => ok(api.CurrentSession, me),
  'GET /sessions': () => ok(list(api.SessionView), sessions),
  'DELETE /sessions/*': () => done,
  'PATCH /me': () => ok(api.User, users[0]),
  'PUT /me/password': () =>
    problem(400, 'invalidInput', 'The current password is not right.', [{ path: '/current', message: 'is not right' }]),
  'GET /me/tokens': () => ok(list(api.ApiToken), tokens),
  'POST /me/tokens': () => ok(api.ApiTokenCreated, { token: tokens[0], secret: 'drover_example_secret' }),
  'DELETE /me/tokens/*': () => done,
  'GET /users': () => ok(list(api.User), users),
  'POST /users': () => problem(409, 'nameTaken', 'The name is taken.', [{ path: '/name', message: 'is taken' }]),
  'PATCH /users/*': () => ok(api.User, users[1]),
  'GET /settings': () => ok(api.Settings, { agentApproval: true, logLimitBytes: 104_857_600, allowedFolders: ['/srv/repositories'] }),
  'PUT /settings': ({ body }) => ok(api.Settings, body),
  'GET /projects': () => ok(list(api.Project), projects),
  'GET /projects/*': (_, id) =>
    ok(
      api.Project,
      projects.find((project) => project.id === id),
    ),
  'PATCH /projects/*': () => ok(api.Project, projects[0]),
  'GET /projects/*/members': () => ok(list(api.Member), members),
  'POST /projects/*/members': () => ok(api.Member, members[1]),
  'PUT /projects/*/members/*': () => ok(api.Member, members[1]),
  'DELETE /projects/*/members/*': () => done,
  'GET /projects/*/jobs': () => ok(list(api.Job), jobs),
  'POST /projects/*/jobs': () => ok(api.Job, jobs[0]),
  'GET /jobs/*': (_, id) =>
    ok(
      api.Job,
      jobs.find((job) => job.id === id),
    ),
  'PUT /jobs/*': () =>
    problem(400, 'definitionInvalid', 'The job is not valid.', [{ path: '/definition/steps/1/script', message: 'is required' }]),
  'GET /projects/*/endpoints': () => ok(list(api.Endpoint), endpoints),
  'GET /endpoints/*': (_, id) =>
    ok(
      api.Endpoint,
      endpoints.find((endpoint) => endpoint.id === id),
    ),
  'POST /endpoints/*/test': () =>
    ok(api.EndpointTest, {
      ok: false,
      result: 'authenticationRefused',
      detail: "Authentication failed for 'https://git.example.org/'",
      tookMs: 182,
    }),
  'DELETE /endpoints/*': () => problem(409, 'stillInUse', 'The endpoint is used by web-app (source web).'),
  'GET /pipelines': pipelinePage,
  'GET /pipelines/tally': () => ok(api.PipelineTally, { running: 2, queued: 1, failedToday: 2 }),
  'GET /pipelines/*': (_, id) => {
    const row = rows.find((one) => one.id === id);
    return row === undefined ? problem(404, 'notFound', 'There is no such pipeline.') : ok(api.Pipeline, pipelineOf(row));
  },
  'PUT /pipelines/*': () =>
    problem(422, 'definitionInvalid', 'The pipeline has 2 problems.', [
      { path: '/definition/stages/1/tasks/0/job', message: 'no job of the project is named “node-buidl”' },
      { path: '/definition/parameters/1/value', message: 'must be one of the values' },
    ]),
  'POST /projects/*/pipelines/validate': () => done,
  'PUT /pipelines/*/favourite': () => done,
  'DELETE /pipelines/*/favourite': () => done,
  'DELETE /pipelines/*': () => done,
  'POST /projects/*/refs': () =>
    ok(api.Refs, {
      defaultBranch: 'main',
      branches: [
        { name: 'main', commit: '8f3c1d2' },
        { name: 'release/7.2', commit: 'e90d4c6' },
      ],
      tags: [],
      truncated: false,
    }),
  'GET /farm': () => ok(api.FarmView, farm),
  'GET /queue': () => ok(api.Page(api.QueueItem), queuePage),
};

const shapes = Object.entries(handlers).map(([name, handler]) => {
  const [method = '', shape = ''] = name.split(' ');
  return { method, shape, pattern: new RegExp(`^${shape.replaceAll('*', '([0-9a-z]{26})')}$`), handler };
});

/** What the development server answers. Throws when an answer breaks the contract. */
export function answer(ask: Ask): Answer {
  if (ask.path === '/session' && ask.method === 'POST') {
    const { password } = ask.body as { password: string };
    return password === 'wrong'
      ? problem(401, 'wrongCredentials', 'The user name or the password is not right.')
      : ok(api.CurrentSession, me);
  }
  if (!ask.signedIn) return problem(401, 'unauthenticated', 'Sign in first.');
  const ofFarm = answerFarm(ask);
  if (ofFarm !== undefined) return checkedAnswer(ask, ofFarm);
  const found = shapes.find(({ method, pattern }) => method === ask.method && pattern.test(ask.path));
  if (found === undefined) return problem(404, 'notFound', `There is nothing at ${ask.method} ${ask.path}.`);
  return checkedAnswer(ask, found.handler(ask, found.pattern.exec(ask.path)?.[1] ?? ''));
}

function checkedAnswer(ask: Ask, result: Answer): Answer {
  if (result.schema === undefined) return result;
  const checked = parse(result.schema, result.body);
  if (!checked.ok) throw new Error(`${ask.method} ${ask.path} breaks the contract: ${JSON.stringify(checked.faults)}`);
  return result;
}
