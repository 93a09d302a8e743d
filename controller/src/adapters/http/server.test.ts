import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { expect } from 'chai';
import { closeServer, createHttpServer, listen, refuseOtherUpgrades } from './server.js';

const upgradeOf = (path: string): string =>
  `GET ${path} HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;

describe('the HTTP server', () => {
  it('refuses at once what wants to become a socket where there is none, and leaves the links’ paths to them', async () => {
    const server = createHttpServer((_request, response) => response.end());
    refuseOtherUpgrades(server, ['/agent/link']);
    server.on('upgrade', ({ url = '' }, socket) => {
      if (url.startsWith('/agent/link/')) socket.end('HTTP/1.1 101 Switching Protocols\r\n\r\n');
    });
    const port = await listen(server, { port: 0, host: '127.0.0.1' });
    expect(await answerTo(port, upgradeOf('/nowhere?EIO=4'))).to.match(/^HTTP\/1.1 404 /);
    expect(await answerTo(port, upgradeOf('/agent/linked/?EIO=4'))).to.match(/^HTTP\/1.1 404 /);
    expect(await answerTo(port, upgradeOf('/agent/link/?EIO=4'))).to.match(/^HTTP\/1.1 101 /);
    await closeServer(server, 1_000);
  });

  it('A5 outlives a client that resets its connection while its request for a socket is being decided', async () => {
    const server = createHttpServer((_request, response) => response.end());
    const asked = once(server, 'upgrade');
    const port = await listen(server, { port: 0, host: '127.0.0.1' });
    const client = connect(port, '127.0.0.1', () => client.write(upgradeOf('/live/link/?EIO=4')));
    const [, socket] = (await asked) as [unknown, Socket];
    const fault = new Promise((resolve) => socket.once('close', resolve));
    client.resetAndDestroy();
    expect(await fault).to.equal(true);
    await closeServer(server, 1_000);
  });

  it('A5 ends the connection of a refused request for a socket also where the client keeps its side open', async () => {
    const server = createHttpServer((_request, response) => response.end());
    refuseOtherUpgrades(server, []);
    const port = await listen(server, { port: 0, host: '127.0.0.1' });
    const asked = once(server, 'upgrade');
    const client = connect({ port, host: '127.0.0.1', allowHalfOpen: true }, () => client.write(upgradeOf('/nowhere')));
    client.resume();
    const [, socket] = (await asked) as [unknown, Socket];
    await once(socket, 'close');
    client.destroy();
    await closeServer(server, 1_000);
  });
});

function answerTo(port: number, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(request));
    socket.setEncoding('utf8').on('data', (text: string) => (answer += text));
    socket.once('error', reject);
    socket.once('close', () => resolve(answer));
  });
}
