// The process at the other end of a floor: echoes what sockets send, and answers HTTP with two bytes. Prints its ports as JSON.
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';

const echo = createServer((socket) => void socket.on('error', () => undefined).setNoDelay(true).pipe(socket)); // prettier-ignore
const http = createHttpServer((_, response) => response.end('{}'));
const [echoPort, httpPort] = await Promise.all([listening(echo), listening(http)]);
process.stdout.write(`${JSON.stringify({ echoPort, httpPort })}\n`);
process.stdin.on('end', () => process.exit(0)).resume(); // ends with its starter

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));
}
