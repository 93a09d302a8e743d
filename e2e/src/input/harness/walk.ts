import { expect } from 'chai';
import type { Farm } from '../../testing/farm.js';

export interface Operation {
  readonly operationId: string;
  readonly method: string;
  /** As OpenAPI writes it: `/api/v1/projects/{projectId}`. */
  readonly path: string;
  readonly parameters: ReadonlyArray<{ readonly name: string; readonly in: string; readonly required?: boolean }>;
  /** Content type of the body; absent without one. */
  readonly body?: string;
  /** Whether the body may be left out. */
  readonly bodyMayBeAbsent: boolean;
  readonly security: ReadonlyArray<Readonly<Record<string, unknown>>>;
}

interface OpenApi {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          Pick<Operation, 'operationId' | 'security'> & {
            parameters?: Operation['parameters'];
            requestBody?: { required?: boolean; content: Readonly<Record<string, unknown>> };
          }
        >
      >
    >
  >;
}

/** All operations that the controller declares. */
export async function operationsOf(farm: Farm): Promise<readonly Operation[]> {
  const { paths } = await farm.api.get<OpenApi>('/openapi.json');
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, security, parameters = [], requestBody }]) => {
      const [body] = Object.keys(requestBody?.content ?? {});
      const bodyMayBeAbsent = requestBody?.required !== true;
      return {
        operationId,
        method: method.toUpperCase(),
        path,
        parameters,
        security,
        bodyMayBeAbsent,
        ...(body === undefined ? {} : { body }),
      };
    }),
  );
}

const atOnce = 12;

/** Does the work on each item, some at a time; the first failure ends it. */
export async function forEach<T>(items: Iterable<T>, work: (item: T) => Promise<void>): Promise<void> {
  const left = items[Symbol.iterator]();
  let isOver = false;
  const worker = async (): Promise<void> => {
    for (let next = left.next(); next.done !== true && !isOver; next = left.next()) {
      await work(next.value).catch((error: unknown) => {
        isOver = true;
        throw error;
      });
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

interface Asked {
  readonly method: string;
  /** From `/api/v1` on, or a path outside it. */
  readonly path: string;
  readonly body?: string | Uint8Array;
  readonly headers?: Readonly<Record<string, string>>;
  /** What is bad about it, for the message of a failure. */
  readonly what: string;
}

interface Refused {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors?: ReadonlyArray<{ readonly path: string; readonly message: string }>;
}

/** Sends a request as the administrator and insists on a refusal: 4xx, a problem detail with a code and a sentence, nothing of the inside. */
export async function expectRefusal(farm: Farm, { method, path, body, headers = {}, what }: Asked): Promise<Refused> {
  const response = await fetch(farm.url + path, {
    method,
    headers: {
      cookie: farm.api.cookie,
      origin: farm.url,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body }),
  });
  const text = await response.text();
  const place = `${method} ${path.slice(0, 100)}, ${what}: ${response.status} ${text.slice(0, 300)}`;
  expect(response.status, place).to.be.within(400, 499);
  expect(response.headers.get('content-type'), place).to.include('application/problem+json');
  const problem = JSON.parse(text) as Refused;
  expect(problem.code, place).to.be.a('string');
  expect(problem.detail, place).to.be.a('string').and.not.equal('');
  expectNothingInside(text, place);
  return { ...problem, status: response.status };
}

/** No stack trace, no place in the source, no folder of the machine. */
export function expectNothingInside(text: string, place: string): void {
  expect(text, place).to.not.match(/\bat [^ ]+ \(|node_modules|\.ts:\d|\.js:\d|drover-e2e-/);
}

/** Runs the walk and shows that all that can be listed is as before, and that the controller is the same process and well. */
export async function unchanged(
  farm: Farm,
  { projectId, pipelineId }: { projectId: string; pipelineId: string },
  walk: () => Promise<void>,
): Promise<void> {
  const lists = [
    '/projects',
    '/users',
    '/settings',
    '/agents',
    '/registration-tokens',
    `/projects/${projectId}`,
    `/projects/${projectId}/jobs`,
    `/projects/${projectId}/members`,
    `/projects/${projectId}/endpoints`,
    `/projects/${projectId}/packages`,
    `/pipelines/${pipelineId}`,
    `/pipelines/${pipelineId}/runs`,
    '/me/tokens',
  ];
  const everything = async () => JSON.stringify(await Promise.all(lists.map((path) => farm.api.get(path))));
  const before = await everything();
  await walk();
  expect(await everything()).to.equal(before);
  expect((await fetch(`${farm.url}/readyz`)).status).to.equal(200);
}
