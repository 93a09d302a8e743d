import { execFile, execFileSync, spawn } from 'node:child_process';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export const gitUser = 'reader';
export const gitPassword = 'pa55:word/with%signs';

/** A real Git server: `git http-backend` over http on loopback, with user and password. */
export interface GitServer {
  readonly url: string;
  /** Makes a repository of the files in a folder, as one commit on `main`; resolves with its address and commit. */
  publish(name: string, folder: string): Promise<{ readonly url: string; readonly commit: string }>;
  close(): Promise<void>;
}

export async function startGitServer(): Promise<GitServer> {
  const home = await mkdtemp(join(tmpdir(), 'drover-git-'));
  const server = createServer((request, response) => answer(home, request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`;
  return {
    url,
    publish: (name, folder) => publish({ home, url, name, folder }),
    close: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await rm(home, { recursive: true, force: true });
    },
  };
}

async function publish({
  home,
  url,
  name,
  folder,
}: {
  home: string;
  url: string;
  name: string;
  folder: string;
}): Promise<{ url: string; commit: string }> {
  const work = join(home, `${name}.work`);
  await cp(folder, work, { recursive: true });
  const git = async (...args: string[]) =>
    (
      await run('git', ['-C', work, '-c', 'user.name=Test', '-c', 'user.email=test@localhost', '-c', 'core.autocrlf=false', ...args], {
        maxBuffer: 1e8,
      })
    ).stdout.trim();
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '--all', '--force');
  await git('commit', '--quiet', '--message', `Import ${name}`);
  await run('git', ['clone', '--quiet', '--bare', work, join(home, `${name}.git`)]);
  const commit = await git('rev-parse', 'HEAD');
  await rm(work, { recursive: true, force: true });
  return { url: `${url}/${name}.git`, commit };
}

const expected = `Basic ${Buffer.from(`${gitUser}:${gitPassword}`).toString('base64')}`;

function answer(home: string, request: IncomingMessage, response: ServerResponse): void {
  if (request.headers.authorization !== expected) {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
    return;
  }
  const { pathname, search } = new URL(request.url ?? '/', 'http://localhost');
  const backend = spawn(join(gitPath(), 'git-http-backend'), {
    env: {
      PATH: process.env['PATH'],
      GIT_PROJECT_ROOT: home,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH_INFO: decodeURIComponent(pathname),
      QUERY_STRING: search.slice(1),
      REQUEST_METHOD: request.method,
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      CONTENT_LENGTH: request.headers['content-length'] ?? '',
      HTTP_CONTENT_ENCODING: request.headers['content-encoding'] ?? '',
      GIT_PROTOCOL: String(request.headers['git-protocol'] ?? ''),
      REMOTE_USER: gitUser,
      HOME: home,
    },
  });
  request.pipe(backend.stdin);
  backend.stdin.on('error', () => request.destroy());
  relay(backend.stdout, response);
}

/** Turns the answer of a CGI program (head, empty line, body) into one of HTTP. */
function relay(from: NodeJS.ReadableStream, response: ServerResponse): void {
  let head = Buffer.alloc(0);
  const onData = (chunk: Buffer) => {
    head = Buffer.concat([head, chunk]);
    const end = head.indexOf('\r\n\r\n');
    if (end < 0) return;
    from.off('data', onData);
    let status = 200;
    for (const line of head.subarray(0, end).toString().split('\r\n')) {
      const [name = '', value = ''] = line.split(/:\s*/, 2);
      if (name.toLowerCase() === 'status') status = Number.parseInt(value, 10);
      else response.setHeader(name, value);
    }
    response.writeHead(status);
    response.write(head.subarray(end + 4));
    from.pipe(response);
  };
  from.on('data', onData);
}

let cachedPath: string | undefined;
function gitPath(): string {
  cachedPath ??= execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim();
  return cachedPath;
}
