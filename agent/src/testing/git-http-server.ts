import { spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface GitHttpServerOptions {
  /** Folder of bare repositories; `<url>/<name>.git` serves `<folder>/<name>.git`. */
  readonly folder: string;
  /** Asked of every request when given. */
  readonly credentials?: { readonly user: string; readonly password: string };
  /** Whether pushes are taken; the repository needs `http.receivepack`, too. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface GitHttpServer {
  readonly url: string;
  /** Method, path and authorization of each request so far. */
  readonly requests: ReadonlyArray<{ readonly method: string; readonly path: string; readonly authorization: string | undefined }>;
  /** From now on answers every request so; undefined serves again. */
  intercept(answer: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined): void;
  close(): Promise<void>;
}

/** Serves repositories over smart HTTP by git's own `http-backend`, on a free port of this machine. */
export async function startGitHttpServer(options: GitHttpServerOptions): Promise<GitHttpServer> {
  const requests: { method: string; path: string; authorization: string | undefined }[] = [];
  let interceptor: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;
  const server = createServer((request, response) => {
    const { method = '', url = '/', headers } = request;
    requests.push({ method, path: url, authorization: headers.authorization });
    if (interceptor?.(request, response)) return;
    if (options.credentials && headers.authorization !== basic(options.credentials)) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="repositories"' }).end();
      return;
    }
    serve(options, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${portOf(server.address())}`,
    requests,
    intercept: (answer) => {
      interceptor = answer;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('the server listens on no port');
  return address.port;
}

const basic = ({ user, password }: { readonly user: string; readonly password: string }): string =>
  `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;

function serve({ folder, credentials, env }: GitHttpServerOptions, request: IncomingMessage, response: ServerResponse): void {
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
  const header = (name: string) => String(request.headers[name] ?? '');
  const child = spawn('git', ['http-backend'], {
    stdio: ['pipe', 'pipe', 'ignore'],
    env: {
      PATH: process.env['PATH'] ?? '',
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: decodeURIComponent(pathname),
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: header('content-type'),
      CONTENT_LENGTH: header('content-length'),
      HTTP_CONTENT_ENCODING: header('content-encoding'),
      GIT_PROTOCOL: header('git-protocol'),
      REMOTE_USER: credentials?.user ?? '',
      ...env,
    },
  });
  child.stdin.on('error', () => undefined);
  request.pipe(child.stdin);
  response.once('close', () => child.kill());
  let head: Buffer | undefined = Buffer.alloc(0);
  child.stdout.on('data', (chunk: Buffer) => {
    if (head === undefined) return void response.write(chunk);
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    writeHead(response, head.subarray(0, end).toString());
    response.write(head.subarray(end + 4));
    head = undefined;
  });
  child.stdout.on('end', () => response.end());
}

function writeHead(response: ServerResponse, text: string): void {
  const fields = text.split('\r\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1).trim()] as const);
  const status = fields.find(([name]) => name.toLowerCase() === 'status')?.[1] ?? '200';
  response.writeHead(Number.parseInt(status, 10), Object.fromEntries(fields.filter(([name]) => name.toLowerCase() !== 'status')));
}
