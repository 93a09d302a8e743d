import { expect } from 'chai';
import { makeScript } from '../testing/definitions.js';
import { Farm } from '../testing/farm.js';
import { badQueries, badSegments, brokenBodies, poisons } from './poison.js';

interface Operation {
  readonly method: string;
  readonly path: string;
  readonly parameters: ReadonlyArray<{ readonly name: string; readonly in: string }>;
  readonly body?: JsonSchema;
}
interface JsonSchema {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
}
interface OpenApi {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<
        Record<
          string,
          { parameters?: Operation['parameters']; requestBody?: { content: Readonly<Record<string, { schema: JsonSchema }>> } }
        >
      >
    >
  >;
  readonly components?: { readonly schemas?: Readonly<Record<string, JsonSchema>> };
}

/** Operations that would end what the walk stands on. */
const spared = new Set(['DELETE /api/v1/session']);

describe('O1 bad input: every route answers with a 4xx problem that helps, and nothing changes', function () {
  this.timeout(120_000);
  let farm: Farm;
  let operations: readonly Operation[] = [];
  const ids: Record<string, string> = {};
  before(async () => {
    farm = await Farm.start({ env: { DROVER_LOG_LEVEL: 'error' } });
    const pipeline = await makeScript(farm, 'true');
    Object.assign(ids, { pipelineId: pipeline.id, projectId: pipeline.projectId });
    operations = operationsOf(await farm.api.get<OpenApi>('/openapi.json')).filter(({ method, path }) => !spared.has(`${method} ${path}`));
  });
  after(() => farm.close());

  it('knows the routes', () => {
    expect(operations.length).to.be.greaterThan(50);
  });

  it('refuses path segments that name nothing', () =>
    unchanged(async () => {
      for (const operation of operations.filter(({ path }) => path.includes('{'))) {
        for (const segment of badSegments) await expectRefusal(operation, operation.path.replace(/\{[^}]+\}/g, segment), { body: '{}' });
      }
    }));

  it('refuses query values that fit no parameter, doubled ones and operators', () =>
    unchanged(async () => {
      for (const operation of operations.filter(({ method }) => method === 'GET')) {
        for (const { name } of operation.parameters.filter((parameter) => parameter.in === 'query')) {
          for (const value of badQueries) await expectNoFault(operation, `${fill(operation.path)}?${name}=${value}`);
          await expectRefusal(operation, `${fill(operation.path)}?${name}=1&${name}=2`, {});
          await expectRefusal(operation, `${fill(operation.path)}?${name}[$gt]=1`, {});
        }
      }
    }));

  it('refuses bodies that are broken', () =>
    unchanged(async () => {
      for (const operation of operations.filter(({ body }) => body !== undefined)) {
        for (const [name, body, contentType] of brokenBodies)
          await expectRefusal(operation, fill(operation.path), { body, contentType, what: name });
      }
    }));

  it('refuses poison in each field, and names the field', () =>
    unchanged(async () => {
      for (const operation of operations.filter(({ body }) => body !== undefined)) {
        for (const field of Object.keys(operation.body?.properties ?? {})) {
          for (const [name, value] of poisons) {
            await expectRefusal(operation, fill(operation.path), {
              body: JSON.stringify({ [field]: value, unknownField: value }),
              what: `${name} in ${field}`,
            });
          }
        }
      }
    }));

  it('refuses headers that are huge or broken, and goes on', async () => {
    for (const [name, value] of [
      ['idempotency-key', 'x'.repeat(2_000)],
      ['range', 'bytes=9-1'],
      ['cookie', 'x'.repeat(30_000)],
      ['authorization', `Bearer ${'\u00ff'.repeat(100)}`],
    ] as const) {
      const response = await fetch(`${farm.url}/api/v1/projects`, { method: 'GET', headers: { [name]: value } });
      expect(response.status, name).to.be.within(400, 499);
      await response.arrayBuffer();
    }
    expect((await farm.api.raw('GET', '/session')).status).to.equal(200);
  });

  function fill(path: string): string {
    return path.replace(/\{([^}]+)\}/g, (_, name: string) => ids[name] ?? '01arz3ndektsv4rrffq69g5fav');
  }

  async function expectNoFault(operation: Operation, path: string): Promise<void> {
    const response = await farm.api.raw(operation.method, path.replace('/api/v1', ''));
    const text = await response.text();
    expect(response.status, `${operation.method} ${path.slice(0, 200)}: ${text.slice(0, 300)}`).to.be.lessThan(500);
  }

  async function expectRefusal(
    operation: Operation,
    path: string,
    {
      body,
      contentType = 'application/json',
      what = path.slice(0, 100),
    }: { body?: string | Uint8Array; contentType?: string; what?: string },
  ): Promise<void> {
    const sends = body !== undefined && operation.method !== 'GET' && operation.method !== 'HEAD';
    const response = await farm.api.raw(
      operation.method,
      path.replace('/api/v1', ''),
      sends ? { body, headers: { 'content-type': contentType } } : {},
    );
    const text = await response.text();
    const place = `${operation.method} ${operation.path}, ${what}: ${response.status} ${text.slice(0, 300)}`;
    expect(response.status, place).to.be.within(400, 499);
    if (operation.method === 'HEAD') return;
    expect(response.headers.get('content-type'), place).to.include('application/problem+json');
    const problem = JSON.parse(text) as { code?: string; detail?: string };
    expect(problem.code, place).to.be.a('string');
    expect(problem.detail, place).to.be.a('string').and.not.equal('');
    expect(text, place).to.not.match(/\bat [^ ]+ \(|node_modules|\.ts:\d|\.js:\d/);
  }

  /** Runs the walk and shows that all that can be listed is as before, and that the controller is the same process and well. */
  async function unchanged(walk: () => Promise<void>): Promise<void> {
    const before = await everything();
    await walk();
    expect(await everything()).to.equal(before);
    expect((await fetch(`${farm.url}/readyz`)).status).to.equal(200);
  }

  async function everything(): Promise<string> {
    const lists = [
      '/projects',
      '/users',
      '/settings',
      '/agents',
      '/registration-tokens',
      `/projects/${ids['projectId']}/jobs`,
      `/projects/${ids['projectId']}/members`,
      `/projects/${ids['projectId']}/endpoints`,
      `/pipelines/${ids['pipelineId']}`,
      `/pipelines/${ids['pipelineId']}/runs`,
      `/projects/${ids['projectId']}/packages`,
      '/me/tokens',
    ];
    return JSON.stringify(await Promise.all(lists.map((path) => farm.api.get(path))));
  }
});

function operationsOf(document: OpenApi): readonly Operation[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { parameters = [], requestBody }]) => {
      const schema = requestBody?.content['application/json']?.schema;
      const body = schema?.$ref === undefined ? schema : document.components?.schemas?.[schema.$ref.split('/').at(-1) ?? ''];
      return { method: method.toUpperCase(), path, parameters, ...(body === undefined ? {} : { body }) };
    }),
  );
}
