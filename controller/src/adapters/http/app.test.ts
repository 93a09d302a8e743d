import { connect } from 'node:net';
import { once } from 'node:events';
import { Type } from '@sinclair/typebox';
import { assert } from 'chai';
import request from 'supertest';
import { asId, ProjectId } from '@drover/protocol';
import { CreateProject, pageQuery } from '@drover/protocol/api';
import { refused } from '../../services/result.js';
import { content, empty, json, route } from './route.js';
import { httpUnderTest, testUser } from './testing/http-under-test.js';

const projectId = asId<ProjectId>('0000000000000000000000000p');
const ann = testUser('ann');
const eve = testUser('eve');
const narrow = testUser('narrow', { scopes: new Set(['read']) });
const root = testUser('root', { administrator: true });

let made = 0;
const routes = [
  route({
    method: 'POST',
    path: '/api/v1/things',
    operationId: 'createThing',
    summary: 'Make a thing',
    tag: 'things',
    access: 'signedIn',
    body: { kind: 'json', schema: CreateProject, limitBytes: 10_000 },
    responses: { 201: { schema: Type.Object({ name: Type.String(), count: Type.Integer() }) } },
    handler: async ({ body }) => json(201, { name: body.name, count: (made += 1) }, { Location: '/somewhere' }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/things',
    operationId: 'listThings',
    summary: 'List things',
    tag: 'things',
    access: 'public',
    query: { ...pageQuery, live: Type.Optional(Type.Boolean()), name: Type.Optional(Type.String()) },
    responses: { 200: { schema: Type.Object({ page: Type.Integer(), live: Type.Optional(Type.Boolean()) }) } },
    handler: async ({ query }) => json(200, { page: query.page ?? 0, ...(query.live !== undefined && { live: query.live }) }),
  }),
  route({
    method: 'GET',
    path: '/api/v1/projects/:projectId',
    operationId: 'getProject',
    summary: 'One project',
    tag: 'projects',
    access: { project: 'view', of: ({ projectId }) => ({ projectId }) },
    params: { projectId: ProjectId },
    responses: { 200: { schema: Type.Object({ id: ProjectId }) } },
    handler: async ({ params }) => json(200, { id: params.projectId }),
  }),
  route({
    method: 'DELETE',
    path: '/api/v1/projects/:projectId',
    operationId: 'deleteProject',
    summary: 'Delete it',
    tag: 'projects',
    access: { project: 'manage', of: ({ projectId }) => ({ projectId }) },
    params: { projectId: ProjectId },
    responses: { 204: { description: 'gone' } },
    handler: async () => empty(204),
  }),
  route({ method: 'POST', path: '/api/v1/broken', operationId: 'broken', summary: 'Throws', tag: 'things', access: 'public', responses: { 204: { description: '-' } }, handler: async () => { throw new Error('secret detail'); } }), // prettier-ignore
  route({ method: 'GET', path: '/api/v1/refused', operationId: 'refusing', summary: 'Refuses', tag: 'things', access: 'administrator', responses: { 204: { description: '-' } }, handler: async () => refused('conflict', 'not now') }), // prettier-ignore
  route({
    method: 'PUT',
    path: '/api/v1/bytes',
    operationId: 'putBytes',
    summary: 'Echo',
    tag: 'things',
    access: 'agent',
    body: { kind: 'stream', limitBytes: 10 },
    responses: { 200: { contentType: 'text/plain' } },
    handler: async ({ body }) => {
      const chunks: Buffer[] = [];
      for await (const chunk of body) chunks.push(chunk as Buffer);
      return content(200, Buffer.concat(chunks));
    },
  }),
];

describe('the HTTP framework', () => {
  const http = httpUnderTest(routes, {
    actors: { ann, eve, narrow, root, machine: { type: 'agent', agentId: asId('0000000000000000000000000a') } },
    roles: { [projectId]: { [ann.userId]: ['developer'] } },
  });
  after(() => http.close());
  const post = (body: string, headers: Record<string, string> = {}) =>
    request(http.server)
      .post('/api/v1/things')
      .set({ Authorization: 'Bearer ann', 'Content-Type': 'application/json', ...headers })
      .send(body);

  describe('O1 hostile input is answered with a problem that names the field', () => {
    // prettier-ignore
    const bodies: Array<[title: string, body: string, status: number, code: string, path: string | undefined]> = [
      ['no JSON',                        '{"name": ',                                  400, 'malformedBody',   undefined],
      ['nothing',                        '',                                           400, 'malformedBody',   undefined],
      ['deep nesting',                   '['.repeat(5_000),                            400, 'malformedBody',   undefined],
      ['a list for an object',           '[]',                                         400, 'invalidInput',    ''],
      ['a missing field',                '{}',                                         400, 'invalidInput',    '/name'],
      ['an operator for a string',       '{"name":{"$gt":""}}',                        400, 'invalidInput',    '/name'],
      ['an unknown field',               '{"name":"a","admin":true}',                  400, 'invalidInput',    '/admin'],
      ['a prototype key',                '{"name":"a","__proto__":{"admin":true}}',    400, 'invalidInput',    '/__proto__'],
      ['a constructor key',              '{"name":"a","constructor":{}}',              400, 'invalidInput',    '/constructor'],
      ['the character NUL',              '{"name":"a\\u0000b"}',                       400, 'invalidInput',    '/name'],
      ['more bytes than the limit',      `{"name":"${'a'.repeat(20_000)}"}`,           413, 'payloadTooLarge', undefined],
    ];
    for (const [title, body, status, code, path] of bodies) {
      it(title, async () => {
        const response = await post(body);
        assert.equal(response.status, status);
        assert.equal(response.body.code, code);
        assert.equal(response.body.errors?.[0]?.path, path);
        assert.equal(response.headers['content-type'], 'application/problem+json');
        assert.notMatch(response.text, /at .*\.ts|node_modules/);
      });
    }

    // prettier-ignore
    const queries: Array<[title: string, path: string, field: string]> = [
      ['a name given twice',        '/api/v1/things?page=1&page=2', '/query/page'],
      ['a number that is none',     '/api/v1/things?page=1e3',      '/query/page'],
      ['a number out of range',     '/api/v1/things?page=0',        '/query/page'],
      ['a word for a boolean',      '/api/v1/things?live=yes',      '/query/live'],
      ['an unknown name',           '/api/v1/things?pgae=1',        '/query/pgae'],
      ['brackets',                  '/api/v1/things?name[$gt]=',    '/query/name[$gt]'],
      ['a broken percent-encoding', '/api/v1/things?name=%zz',      '/query/name'],
      ['the character NUL',         '/api/v1/things?name=a%00',     '/query/name'],
      ['a prototype key',           '/api/v1/things?__proto__=1',   '/query/__proto__'],
    ];
    for (const [title, path, field] of queries) {
      it(`${title} in the query`, async () => {
        const response = await http.send('get', path);
        assert.equal(response.status, 400);
        assert.equal(response.body.errors[0].path, field);
      });
    }

    it('a broken percent-encoding in the path', async () => {
      const response = await http.send('get', '/api/v1/projects/%zz', { token: 'ann' });
      assert.equal(response.status, 400);
    });

    it('an id that is none', async () => {
      const response = await http.send('get', '/api/v1/projects/..%2f..', { token: 'ann' });
      assert.equal(response.body.errors[0].path, '/params/projectId');
    });

    it('another content type, charset or encoding', async () => {
      for (const headers of [
        { 'Content-Type': 'text/plain' },
        { 'Content-Type': 'application/json; charset=utf-16' },
        { 'Content-Encoding': 'gzip' },
      ]) {
        assert.equal((await post('{}', headers)).status, 415);
      }
    });

    it('headers of 20 KB', async () => {
      const response = await request(http.server).get('/api/v1/things').set('X-Long', 'a'.repeat(20_000));
      assert.equal(response.status, 431);
      assert.equal(response.body.code, 'headersTooLarge');
    });

    it('what is no HTTP at all', async () => {
      const { port } = http.server.address() as { port: number };
      const socket = connect(port).end('NONSENSE\r\n\r\n');
      let text = '';
      socket.setEncoding('utf8').on('data', (part: string) => (text += part));
      await once(socket, 'close');
      assert.match(text, /^HTTP\/1.1 400 /);
    });
  });

  it('coerces the text of a query to the types of its schema and fills defaults in', async () => {
    assert.deepEqual((await http.send('get', '/api/v1/things?live=true')).body, { page: 1, live: true });
  });

  it('tells a wrong method what would be right, and a wrong path that nothing is there', async () => {
    const response = await http.send('put', '/api/v1/things', { token: 'ann', body: {} });
    assert.deepEqual([response.status, response.headers['allow']], [405, 'POST, GET, HEAD, OPTIONS']);
    assert.equal((await http.send('get', '/api/v1/nothing')).body.code, 'notFound');
  });

  it('answers HEAD as GET without the body', async () => {
    const response = await request(http.server).head('/api/v1/things');
    assert.deepEqual([response.status, response.text], [200, undefined]);
  });

  it('hides what went wrong inside, but for the request id', async () => {
    const response = await http.send('post', '/api/v1/broken');
    assert.equal(response.status, 500);
    assert.notInclude(response.text, 'secret detail');
    assert.include(response.body.detail, response.headers['x-request-id']);
  });

  describe('A4 access is denied by default', () => {
    // prettier-ignore
    const cases: Array<[title: string, method: 'get' | 'post' | 'delete', path: string, token: string | undefined, status: number]> = [
      ['nobody where one must sign in',            'post',   '/api/v1/things',                    undefined,  401],
      ['a token that nobody has',                  'post',   '/api/v1/things',                    'unknown',  401],
      ['a machine where a person must be',         'post',   '/api/v1/things',                    'machine',  401],
      ['a token of a narrower scope',              'post',   '/api/v1/things',                    'narrow',   403],
      ['a member where view is needed',            'get',    `/api/v1/projects/${projectId}`,     'ann',      200],
      ['a member where manage is needed',          'delete', `/api/v1/projects/${projectId}`,     'ann',      403],
      ['somebody who may not know of the project', 'get',    `/api/v1/projects/${projectId}`,     'eve',      404],
      ['the same for a change',                    'delete', `/api/v1/projects/${projectId}`,     'eve',      404],
      ['an administrator anywhere',                'delete', `/api/v1/projects/${projectId}`,     'root',     204],
      ['no administrator where one is needed',     'get',    '/api/v1/refused',                   'ann',      403],
      ['a refusal of the handler',                 'get',    '/api/v1/refused',                   'root',     409],
    ];
    for (const [title, method, path, token, status] of cases) {
      it(`${title}: ${status}`, async () => {
        const response = await http.send(method, path, {
          ...(token !== undefined && { token }),
          ...(method === 'post' && { body: { name: 'x' } }),
        });
        assert.equal(response.status, status);
      });
    }

    it('A6 keeps a record of every change', () => {
      const last = http.audit.filter(({ command }) => command === 'deleteProject').at(-1);
      assert.deepInclude(last, { command: 'deleteProject', outcome: 'done', target: { projectId }, projectId });
    });
  });

  describe('changes asked for by another site', () => {
    const signedIn = () => request(http.server).post('/api/v1/things').set('Cookie', 'drover_session=ann');
    it('are refused', async () =>
      assert.equal((await signedIn().set('Origin', 'https://evil.example').send({ name: 'x' })).body.code, 'originRefused'));
    it('are refused without an Origin, when the browser says so', async () =>
      assert.equal((await signedIn().set('Sec-Fetch-Site', 'cross-site').send({ name: 'x' })).status, 403));
    it('are let through from the own site', async () => {
      const { port } = http.server.address() as { port: number };
      const response = await signedIn().set('Host', `drover.test:${port}`).set('Origin', `http://drover.test:${port}`).send({ name: 'x' });
      assert.equal(response.status, 201);
    });
  });

  describe('Idempotency-Key', () => {
    const create = (key: string, name: string) =>
      http.send('post', '/api/v1/things', { token: 'ann', body: { name }, headers: { 'Idempotency-Key': key } });
    it('gives the first answer again', async () => {
      const first = await create('k1', 'one');
      const second = await create('k1', 'one');
      assert.deepEqual(second.body, first.body);
      assert.deepEqual([second.status, second.headers['location'], second.headers['idempotency-replayed']], [201, '/somewhere', 'true']);
    });
    it('refuses another body', async () => {
      await create('k2', 'one');
      assert.equal((await create('k2', 'two')).body.code, 'idempotencyMismatch');
    });
    it('belongs to one person', async () => {
      const mine = await create('k3', 'one');
      const other = await http.send('post', '/api/v1/things', {
        token: 'eve',
        body: { name: 'one' },
        headers: { 'Idempotency-Key': 'k3' },
      });
      assert.notEqual(other.body.count, mine.body.count);
    });
  });

  it('hands a body over as a stream, and never more of it than the limit', async () => {
    const send = () =>
      request(http.server).put('/api/v1/bytes').set({ Authorization: 'Bearer machine', 'Content-Type': 'application/octet-stream' });
    assert.equal((await send().send(Buffer.from('0123456789'))).text, '0123456789');
    assert.equal((await send().send(Buffer.from('0123456789a'))).status, 413);
  });

  it('answers a refusal while the client is still sending a body of no stated length', async () => {
    const { port } = http.server.address() as { port: number };
    const body = new ReadableStream({
      start(controller) {
        for (let count = 0; count < 40; count += 1) controller.enqueue(new Uint8Array(100_000));
        controller.close();
      },
    });
    const answer = await fetch(`http://localhost:${port}/api/v1/bytes`, {
      method: 'PUT',
      body,
      headers: { Authorization: 'Bearer machine' },
      ...{ duplex: 'half' },
    });
    assert.equal(answer.status, 413);
  });

  it('lets nobody hold a connection with a body that never comes', async () => {
    const impatient = httpUnderTest(routes, { actors: { ann }, bodyWithinMs: 20 });
    const { port } = impatient.server.address() as { port: number };
    const socket = connect(port, 'localhost');
    socket.resume();
    socket.write('POST /api/v1/things HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ann\r\n');
    socket.write('Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{');
    await once(socket, 'close');
    impatient.close();
  });

  it('refuses two routes of one place at its start', () => {
    assert.throws(() => httpUnderTest([...routes, ...routes.slice(0, 1)]), /two routes/);
  });

  it('is described by an OpenAPI 3.1 document', () => {
    assert.equal(http.document['openapi'], '3.1.0');
    assert.deepEqual(Object.keys(Object(http.document['paths'])).sort(), [
      '/api/v1/broken',
      '/api/v1/bytes',
      '/api/v1/projects/{projectId}',
      '/api/v1/refused',
      '/api/v1/things',
    ]);
  });
});
