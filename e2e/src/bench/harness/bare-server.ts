// The process at the other end of a floor: echoes what sockets send, and answers HTTP with two bytes, or keeps and gives a file, hashed. Prints its ports as JSON.
import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { createServer as createHttpServer } from 'node:http';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { pipeline } from 'node:stream/promises';

/** Names the file of the server's that a request is about. */
const fileHeader = 'x-file';

const echo = createServer((socket) => void socket.on('error', () => undefined).setNoDelay(true).pipe(socket)); // prettier-ignore
const http = createHttpServer((request, response) => {
  const file = request.headers[fileHeader];
  if (typeof file !== 'string') response.end('{}');
  else if (request.method === 'PUT')
    void pipeline(request, hashed, createWriteStream(file, { flush: true })).then(
      () => response.end('{}'),
      () => response.destroy(),
    );
  else void pipeline(createReadStream(file, { highWaterMark: 1_000_000 }), hashed, response).catch(() => undefined);
});
const [echoPort, httpPort] = await Promise.all([listening(echo), listening(http)]);
process.stdout.write(`${JSON.stringify({ echoPort, httpPort })}\n`);
process.stdin.on('end', () => process.exit(0)).resume(); // ends with its starter

/** Passes all bytes on, and hashes them as who checks them must. */
async function* hashed(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  const hash = createHash('sha256');
  for await (const some of bytes) {
    hash.update(some);
    yield some;
  }
  hash.digest();
}

function listening(server: Server): Promise<number> {
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port)));
}
