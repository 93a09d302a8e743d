import { once } from 'node:events';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createHash } from 'node:crypto';
import { createOutgoing } from '@drover/protocol/outgoing';
import { assert } from 'chai';
import { createSocket } from './socket.js';
import { isPrivateWay } from './unmasked-websocket.js';

/** The first frame that the link sends once the server has said hello: its masks, and what they cover. */
async function firstFrame(host: string): Promise<{ readonly mask: Buffer; readonly payload: Buffer }> {
  const server = createServer().listen(0);
  const { port } = server.address() as AddressInfo;
  const client = createSocket({ url: `http://${host}:${port}`, token: 't' }, createOutgoing({ environment: {} }));
  client.connect();
  const [request, connection] = (await once(server, 'upgrade')) as [IncomingMessage, Socket];
  const accept = createHash('sha1')
    .update(`${request.headers['sec-websocket-key'] ?? ''}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
    .digest('base64');
  connection.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  const hello = '0{"sid":"s","upgrades":[],"pingInterval":5000,"pingTimeout":5000,"maxPayload":1000}';
  connection.write(Buffer.concat([Buffer.from([0x81, hello.length]), Buffer.from(hello)]));
  const [frame] = (await once(connection, 'data')) as [Buffer];
  client.disconnect();
  client.io.engine?.close();
  connection.destroy();
  server.close();
  return { mask: frame.subarray(2, 6), payload: frame.subarray(6) };
}

describe('the masks of the link', () => {
  // prettier-ignore
  const cases: ReadonlyArray<[url: string, isPrivate: boolean]> = [
    ['https://farm.example',      true],
    ['http://localhost:7080',     true],
    ['http://127.0.0.1:7080/a',   true],
    ['http://[::1]:7080',         true],
    ['http://10.0.0.7:7080',      false],
    ['http://localhost.example',  false],
    ['http://127.0.0.1.example',  false],
  ];
  for (const [url, isPrivate] of cases) {
    it(`are ${isPrivate ? 'zero' : 'random'} on the way to ${url}`, () => {
      assert.equal(isPrivateWay(new URL(url)), isPrivate);
    });
  }

  it('change nothing where they are zero', async () => {
    const { mask, payload } = await firstFrame('127.0.0.1');
    assert.deepEqual([...mask], [0, 0, 0, 0]);
    assert.equal(payload.toString(), '40');
  });

  it('cover what passes where somebody else might read it', async () => {
    const { mask, payload } = await firstFrame('0.0.0.0');
    assert.notDeepEqual([...mask], [0, 0, 0, 0]);
    assert.equal(Buffer.from(payload.map((byte, index) => byte ^ (mask[index] ?? 0))).toString(), '40');
  });
});
