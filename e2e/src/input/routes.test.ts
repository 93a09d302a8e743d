import { parse } from '@drover/protocol';
import { expect } from 'chai';
import { Farm } from '../testing/farm.js';
import { bodies } from './harness/bodies.js';
import { badQueries, badSegments, brokenBodies, jsonOf, poisons } from './harness/poison.js';
import { poisoned, type Poisoned } from './harness/poisoned.js';
import { expectNothingInside, expectRefusal, forEach, operationsOf, unchanged, type Operation } from './harness/walk.js';
import { makeWorld, type World } from './harness/world.js';

/** Whatever the fields say, these bodies can't be read at all: no field is named. */
const unreadable = new Set(['malformedBody', 'payloadTooLarge']);

describe('O1 bad input: every route answers with a 4xx problem that helps, and nothing changes', function () {
  this.timeout(120_000);
  let farm: Farm;
  let world: World;
  let operations: readonly Operation[] = [];
  before(async () => {
    farm = await Farm.start({ env: { DROVER_LOG_LEVEL: 'error' } });
    world = await makeWorld(farm);
    operations = await operationsOf(farm);
  });
  after(() => farm.close());

  const walk = (work: () => Promise<void>) => unchanged(farm, { projectId: world.project.id, pipelineId: world.pipeline.id }, work);
  const fill = (path: string): string => path.replace(/\{([^}]+)\}/g, (_, name: string) => world.ids[name] ?? name);
  /** As whom an operation is called: agents' ones with the token of a machine. */
  const as = ({ security }: Operation): Record<string, string> =>
    security.some((way) => 'machine' in way) ? { authorization: `Bearer ${world.agentToken}` } : {};

  it('knows the routes, and a body for each that takes one', () => {
    expect(operations.length).to.be.greaterThan(50);
    const withBody = operations.filter(({ body }) => body === 'application/json').map(({ operationId }) => operationId);
    expect(Object.keys(bodies).sort()).to.deep.equal(withBody.sort());
    for (const [name, [schema, body]] of Object.entries(bodies)) expect(parse(schema, body), name).to.have.property('ok', true);
  });

  it('refuses path segments that name nothing', () =>
    walk(() => {
      const cases = operations
        .filter(({ path }) => path.includes('{'))
        .flatMap((operation) => badSegments.map((segment) => ({ operation, segment })));
      return forEach(cases, async ({ operation, segment }) => {
        const { method, path, body } = operation;
        await expectRefusal(farm, {
          method,
          path: path.replace(/\{[^}]+\}/g, segment),
          headers: as(operation),
          what: `the segment ${segment.slice(0, 40)}`,
          ...(body === undefined ? {} : { body: '{}' }),
        });
      });
    }));

  it('refuses query values that fit no parameter, doubled ones and operators', () =>
    walk(() => {
      const cases = operations
        .filter(({ method }) => method === 'GET')
        .flatMap((operation) => [
          { operation, query: 'unknownParameter=1' },
          ...operation.parameters
            .filter((parameter) => parameter.in === 'query')
            .flatMap(({ name }) =>
              [`${name}=1&${name}=2`, `${name}[$gt]=1`, `${name}=%00`, `${name}=%ff`, `${name}=${'x'.repeat(5_000)}`].map((query) => ({
                operation,
                query,
              })),
            ),
        ]);
      return forEach(cases, async ({ operation, query }) => {
        const problem = await expectRefusal(farm, {
          method: 'GET',
          path: `${fill(operation.path)}?${query}`,
          headers: as(operation),
          what: query.slice(0, 40),
        });
        expect(problem.errors?.[0]?.path, `${operation.operationId} ${query.slice(0, 40)}`).to.match(/^\/(?:query|headers)\//);
      });
    }));

  it('answers odd query values with a list or a refusal, never with a fault', () =>
    walk(() => {
      const cases = operations
        .filter(({ method }) => method === 'GET')
        .flatMap(({ path, parameters }) =>
          parameters
            .filter((parameter) => parameter.in === 'query')
            .flatMap(({ name }) => badQueries.map((value) => `${path}?${name}=${value}`)),
        );
      return forEach(cases, async (path) => {
        const response = await fetch(farm.url + fill(path), { headers: { cookie: farm.api.cookie } });
        const text = await response.text();
        expect(response.status, `${path.slice(0, 200)}: ${text.slice(0, 300)}`).to.be.lessThan(500);
        if (!response.ok) expectNothingInside(text, path);
      });
    }));

  it('refuses bodies that are broken', () =>
    walk(() => {
      const cases = operations.flatMap((operation) =>
        operation.body === 'application/json'
          ? brokenBodies.flatMap((broken) => (operation.bodyMayBeAbsent && broken[1] === '' ? [] : [{ operation, broken }]))
          : [],
      );
      return forEach(cases, async ({ operation, broken: [what, body, contentType] }) => {
        await expectRefusal(farm, {
          method: operation.method,
          path: fill(operation.path),
          body,
          headers: { ...as(operation), 'content-type': contentType },
          what,
        });
      });
    }));

  it('refuses poison in each field of each body, at any depth, and names the field', () =>
    walk(async () => {
      let count = 0;
      await forEach(poisonedRequests(operations), async ({ operation, name, pointer, document }) => {
        count += 1;
        const what = `${name} in ${pointer}`;
        const { code, errors } = await expectRefusal(farm, {
          method: operation.method,
          path: fill(operation.path),
          body: jsonOf(document),
          headers: as(operation),
          what,
        });
        if (unreadable.has(code)) return;
        const place = errors?.[0]?.path ?? '';
        expect(`${place}/`, `${operation.operationId}, ${what}: ${JSON.stringify(errors)}`).to.satisfy((path: string) =>
          path.startsWith(`${pointer}/`),
        );
      });
      expect(count).to.be.greaterThan(700);
    }));

  it('refuses headers that are huge or broken, and continues', async () => {
    for (const [name, value] of [
      ['idempotency-key', 'x'.repeat(2_000)],
      ['range', 'bytes=9-1'],
      ['cookie', 'x'.repeat(30_000)],
      ['cookie', `drover_session=${'%ff'.repeat(100)}; __proto__=1`],
      ['authorization', `Bearer ${'\u00ff'.repeat(100)}`],
      ['authorization', 'Basic YTpi'],
    ] as const) {
      const response = await fetch(`${farm.url}/api/v1/projects`, { method: 'GET', headers: { [name]: value } });
      expect(response.status, name).to.be.within(400, 499);
      expectNothingInside(await response.text(), name);
    }
    expect((await farm.api.raw('GET', '/session')).status).to.equal(200);
  });
});

/** Of bodies with more places than that, each place gets every seventh poison, neighbours different ones. */
const largeBody = 300;

interface PoisonedRequest extends Poisoned {
  readonly operation: Operation;
}

/** Each schema once in full: what its operations share is checked by the same code. */
function* poisonedRequests(operations: readonly Operation[]): Generator<PoisonedRequest> {
  const seen = new Set<object>();
  for (const operation of operations) {
    const [schema, body] = bodies[operation.operationId] ?? [];
    if (schema === undefined || body === undefined) continue;
    const some = seen.has(schema) ? poisons.slice(0, 2) : poisons;
    seen.add(schema);
    const all = [...poisoned(body, some)];
    const every = all.length > largeBody ? 7 : 1;
    for (const [index, one] of all.entries()) if (index % every === 0 && !isAllowed(schema, one)) yield { operation, ...one };
  }
}

/** What a field may well hold: markup in a description, a path in a script. */
function isAllowed(schema: Parameters<typeof parse>[0], { name, document }: Poisoned): boolean {
  return name !== 'NUL' && name !== 'a prototype key' && name !== 'a deep list' && parse(schema, document).ok;
}
