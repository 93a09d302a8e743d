import { expect } from 'chai';
import { bodies } from '../input/harness/bodies.js';
import { forEach, operationsOf, expectNothingInside, type Operation } from '../input/harness/walk.js';
import { makeWorld, type World } from '../input/harness/world.js';
import { Farm } from '../testing/farm.js';
import { makePeople, type People, type Person } from './people.js';
import { expectedOf, rules } from './rules.js';

/** Called only by whom they are refused to: they take no body whose faults would keep them from acting. */
const acts = ({ method, body }: Operation): boolean => method !== 'GET' && body !== 'application/json';
/** Calls for which an API token is never enough. */
const bySessionOnly = new Set(['changeMyPassword', 'createMyToken', 'signOut', 'endSession']);

describe('A4 each route lets in whom it should, and nobody else', function () {
  this.timeout(120_000);
  let farm: Farm;
  let world: World;
  let people: People;
  let operations: readonly Operation[] = [];
  before(async () => {
    farm = await Farm.start({ env: { DROVER_LOG_LEVEL: 'error' } });
    world = await makeWorld(farm);
    people = await makePeople(farm, world);
    operations = await operationsOf(farm);
  });
  after(() => farm.close());

  const idsFor = (operationId: string): Readonly<Record<string, string>> =>
    operationId === 'removeMyToken' ? { ...world.ids, tokenId: world.ids['apiTokenId'] ?? '' } : world.ids;
  const pathOf = ({ path, operationId }: Operation): string =>
    path.replace(/\{([^}]+)\}/g, (_, name: string) => idsFor(operationId)[name] ?? name);

  async function call(operation: Operation, person: Person, path = pathOf(operation)) {
    const required = Object.fromEntries(
      operation.parameters.filter((one) => one.in === 'header' && one.required === true).map(({ name }) => [name, valueOf(name, world)]),
    );
    const asked = operation.parameters.filter(({ in: place, required: needed }) => place === 'query' && needed === true);
    const query = asked.length === 0 ? '' : `?${asked.map(({ name }) => `${name}=x`).join('&')}`;
    const response = await fetch(farm.url + path + query, {
      method: operation.method,
      headers: { ...people[person], ...required, ...(operation.body === undefined ? {} : { 'content-type': operation.body }) },
      ...(operation.body === undefined ? {} : { body: bodyOf(operation) }),
    });
    return { status: response.status, text: await response.text() };
  }

  it('has a rule for every route, as the document declares it', () => {
    expect(Object.keys(rules).sort()).to.deep.equal(operations.map(({ operationId }) => operationId).sort());
    for (const { operationId, security } of operations) {
      const ways = security.flatMap((way) => Object.keys(way));
      const rule = rules[operationId] ?? 'public';
      const declared =
        rule === 'public' ? [] : rule === 'agent' ? ['machine'] : bySessionOnly.has(operationId) ? ['session'] : ['session', 'token'];
      expect(ways, operationId).to.deep.equal(declared);
    }
  });

  for (const person of [
    'nobody',
    'disabled',
    'stranger',
    'viewer',
    'developer',
    'manager',
    'administrator',
    'agent',
    'managersReadToken',
    'administratorsWriteToken',
  ] as const) {
    it(`answers ${person} as the table says`, () =>
      forEach(operations, async (operation) => {
        const { operationId } = operation;
        const rule = rules[operationId] ?? 'public';
        const isToken = person === 'managersReadToken' || person === 'administratorsWriteToken';
        const answer = isToken && bySessionOnly.has(operationId) ? 403 : expectedOf(rule, person, operation);
        if (answer === 'allowed' && acts(operation)) return;
        const { status, text } = await call(operation, person);
        const place = `${operationId} by ${person}: ${status} ${text.slice(0, 300)}`;
        if (answer === 'allowed') expect(status, place).to.not.be.oneOf([401, 403]);
        else expect(status, place).to.equal(answer);
        if (status >= 400) expectNothingInside(text, place);
      }));
  }

  it('says the same of what is hidden and of what is not there', () =>
    forEach(
      operations.filter(({ path }) => /\{(?!number)/.test(path)),
      async (operation) => {
        if (expectedOf(rules[operation.operationId] ?? 'public', 'stranger', operation) !== 404) return;
        const hidden = await call(operation, 'stranger');
        const nothing = await call(operation, 'stranger', absent(operation.path));
        expect(generalised(hidden.text), operation.operationId).to.equal(generalised(nothing.text));
        expect(hidden.status).to.equal(nothing.status);
      },
    ));

  it('O1 answers changes in a path that is not there before it looks at their bodies', () =>
    forEach(
      operations.filter(({ path, body }) => body === 'application/json' && path.includes('{projectId}')),
      async (operation) => {
        const { status } = await call(operation, 'administrator', absent(operation.path));
        expect(status, operation.operationId).to.equal(404);
      },
    ));
});

/** No proper body: a caller that is let in hears of it, and nothing happens. Where the handler decides who may, the body fits the schema. */
const bodyOf = ({ operationId }: Operation): string =>
  operationId === 'saveEndpoint'
    ? JSON.stringify(bodies[operationId]?.[1])
    : operationId === 'testEndpoint'
      ? JSON.stringify({ repository: '/folders/are/refused' })
      : '[]';

const absentId = '01arz3ndektsv4rrffq69g5fav';
const absent = (path: string): string =>
  path
    .replace('{number}', '1')
    .replace('{attemptId}', `${absentId}.work.1`)
    .replace(/\{[^}]+\}/g, absentId);

/** A problem without the number of its request, and without the ids that the request itself named. */
const generalised = (text: string): string =>
  text.replace(/"requestId":"[^"]*"/, '').replace(/[0-9a-hjkmnp-tv-z]{26}(?:\.work\.1)?/g, 'id');

const valueOf = (header: string, { ids }: World): string =>
  header === 'drover-attempt' ? (ids['attemptId'] ?? '') : header === 'drover-fencing' ? '1' : '0';
