import type { Socket } from 'node:net';
import { createOutgoing } from '@drover/protocol/outgoing';
import { keepWriting, oddServer, type OddServer } from '@drover/protocol/outgoing/testing';
import { assert } from 'chai';
import { createRegistryProbe } from './registry-probe.js';

const probe = createRegistryProbe(createOutgoing({ environment: {} }));
const text = (status: string, body: string, ...headers: string[]) =>
  [`HTTP/1.1 ${status}`, ...headers, `Content-Length: ${body.length}`, '', body].join('\r\n');

describe('E4 the test of a registry', () => {
  let server: OddServer | undefined;
  afterEach(async () => {
    await server?.close();
    server = undefined;
  });

  /** Answers by path; `REALM` stands for the token service beside it. */
  async function tested(answers: Readonly<Record<string, string | ((to: Socket) => void)>>): Promise<{ ok: boolean; detail: string }> {
    server = await oddServer((socket, request) => {
      const path = /^GET (\/[a-z0-9]*)/.exec(request)?.[1] ?? '';
      const answer = /authorization: Bearer/i.test(request) ? text('200 OK', '{}') : answers[path];
      if (typeof answer === 'function') answer(socket);
      else socket.write((answer ?? text('404 Not Found', '')).replace('REALM', `http://127.0.0.1:${server?.port}/token`));
    });
    const verdict = await probe.test({ url: server.url.href, user: 'u', password: 'p' }, new AbortController().signal);
    await server.quiet();
    return verdict;
  }
  const challenge = text('401 Unauthorized', '', 'WWW-Authenticate: Bearer realm="REALM",service="s"');

  // prettier-ignore
  const cases: Array<[title: string, answers: Parameters<typeof tested>[0], ok: boolean, detail: RegExp]> = [
    ['an open registry',              { '/v2': text('200 OK', '{}') },                                                    true,  /let us in/],
    ['one with a token service',      { '/v2': challenge, '/token': text('200 OK', '{"token":"t"}') },                    true,  /let us in/],
    ['one that moved',                { '/v2': text('301 Moved', '', 'Location: /other'), '/other': text('200 OK', '') }, true,  /let us in/],
    ['a refusal',                     { '/v2': text('401 Unauthorized', '') },                                            false, /refused user or password/],
    ['a refusal of the token',        { '/v2': challenge, '/token': text('401 Unauthorized', '') },                       false, /token service refused/],
    ['a token that is none',          { '/v2': challenge, '/token': text('200 OK', '{"token":"a\\r\\nb: c"}') },          false, /token service refused/],
    ['a token that never ends',       { '/v2': challenge, '/token': (to) => { to.write('HTTP/1.1 200 OK\r\n\r\n{"token":"'); keepWriting(to, 'x'.repeat(1_000)); } }, false, /longer than 65536 bytes/],
    ['an answer that never ends',     { '/v2': (to) => { to.write('HTTP/1.1 200 OK\r\n\r\n'); keepWriting(to, 'x'.repeat(1_000)); } }, false, /longer than 65536 bytes/],
    ['redirects in a circle',         { '/v2': text('302 Found', '', 'Location: /v2/') },                                 false, /redirects too often/],
    ['another service',               { '/v2': text('200 OK', '').replace('200 OK', '404 Not Found') },                   false, /does not answer as a Docker registry/],
  ];
  for (const [title, answers, ok, detail] of cases)
    it(`${title}: ${ok ? 'works' : 'does not work'}, and no connection stays`, async () => {
      const verdict = await tested(answers);
      assert.equal(verdict.ok, ok, verdict.detail);
      assert.match(verdict.detail, detail);
    });
});
