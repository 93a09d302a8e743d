import { createReadStream, existsSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { Server as LiveServer } from 'socket.io';
import { serveLink } from './farm/made-link.js';
import { answer } from './routes.js';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
};
const policy = "default-src 'self'; style-src 'self' 'unsafe-inline'";

/** A stand-in for the controller: in-memory answers that keep the contract, the built dashboard, and a silent live link. */
export function createDevServer(appFolder: string): Server {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    void (url.pathname.startsWith('/api/v1') ? serveApi(request, response, url) : serveFile(response, appFolder, url.pathname));
  });
  new LiveServer(server, { path: '/live/link' }).on('connection', serveLink);
  return server;
}

async function serveApi(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
  const path = url.pathname.slice('/api/v1'.length);
  const method = request.method ?? 'GET';
  const result = answer({
    method,
    path,
    query: url.searchParams,
    body: await bodyOf(request),
    signedIn: request.headers.cookie?.includes('session=1') ?? false,
  });
  const entering = path === '/session' && method === 'POST' && result.status === 200;
  const leaving = path === '/session' && method === 'DELETE';
  response.writeHead(leaving ? 204 : result.status, {
    'content-type': result.status >= 400 ? 'application/problem+json' : 'application/json',
    'cache-control': 'no-store',
    ...(entering ? { 'set-cookie': 'session=1; Path=/' } : leaving ? { 'set-cookie': 'session=; Path=/; Max-Age=0' } : {}),
  });
  response.end(result.status === 204 || leaving ? undefined : JSON.stringify(result.body));
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  const text = Buffer.concat(parts).toString('utf8');
  return text === '' || request.headers['content-type'] !== 'application/json' ? undefined : (JSON.parse(text) as unknown);
}

function serveFile(response: ServerResponse, folder: string, path: string): void {
  const wanted = join(folder, normalize(path));
  const file = extname(wanted) !== '' && wanted.startsWith(folder) && existsSync(wanted) ? wanted : join(folder, 'index.html');
  response.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream', 'content-security-policy': policy });
  createReadStream(file).pipe(response);
}
