import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { get, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { httpUnderTest } from '../../testing/http-under-test.js';
import { installRoutes, type InstallRouteParts } from './install.js';

/** More than the buffers of a connection take. */
const packageBytes = 32 * 1_048_576;

describe('A5 downloads of the agent', () => {
  let folder: string;
  let agentPackage: string;
  let http: ReturnType<typeof httpUnderTest>;
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drover-test-'));
    agentPackage = join(folder, 'agent.tgz');
    await writeFile(agentPackage, Buffer.alloc(packageBytes));
  });
  afterEach(() => http.close());
  after(() => rm(folder, { recursive: true, force: true }));

  const serve = (limits: Pick<InstallRouteParts, 'downloadBounds' | 'downloadWithinMs'>): void =>
    void (http = httpUnderTest(installRoutes({ agentPackage, ...limits })));

  async function ask(): Promise<IncomingMessage> {
    const { port } = http.server.address() as AddressInfo;
    const [response] = (await once(get({ port, path: '/install/drover-agent.tgz', agent: false }), 'response')) as [IncomingMessage];
    return response;
  }

  async function whole(response: IncomingMessage): Promise<{ status: number | undefined; size: number; retryAfter: string | undefined }> {
    let size = 0;
    for await (const chunk of response) size += (chunk as Buffer).length;
    return { status: response.statusCode, size, retryAfter: response.headers['retry-after'] };
  }

  // prettier-ignore
  const bounds: ReadonlyArray<[title: string, bounds: { readonly all: number; readonly ofOne: number }, status: number]> = [
    ['of one address', { all: 9, ofOne: 2 }, 429],
    ['in all',         { all: 2, ofOne: 9 }, 503],
  ];
  for (const [title, downloadBounds, status] of bounds) {
    it(`are bounded ${title}: one more is told to come back, and may when one has ended or was given up`, async () => {
      serve({ downloadBounds });
      const [slow, givenUp] = [await ask(), await ask()];
      const refused = await whole(await ask());
      assert.deepEqual([refused.status, refused.retryAfter], [status, '3']);
      assert.equal((await whole(slow)).size, packageBytes);
      const requested = once(http.server, 'request');
      const next = await ask();
      assert.equal(next.statusCode, 200);
      const [, response] = (await requested) as [unknown, NodeJS.EventEmitter];
      const closed = once(response, 'close');
      next.destroy();
      givenUp.destroy();
      await closed;
      assert.equal((await whole(await ask())).size, packageBytes);
    });
  }

  it('that take too long are cut', async () => {
    serve({ downloadWithinMs: 1 });
    const fault: unknown = await ask()
      .then(whole)
      .catch((error: unknown) => error);
    assert.match(String(fault), /aborted|ECONNRESET|hang up/); // also before the first byte
  });
});
