import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { GitTestResult } from '@drover/protocol/api';
import { OutgoingFault } from '@drover/protocol/outgoing';
import { assert } from 'chai';
import { failureOf } from './failure.js';
import { createGitRemote } from './git-remote.js';
import { listen, serve } from './testing/git-http.js';

const environment = { PATH: process.env['PATH'] ?? '' };
const reasonOf = (answer: Awaited<ReturnType<ReturnType<typeof createGitRemote>['refs']>>): GitTestResult | undefined =>
  answer.ok ? 'readable' : answer.reason;

describe('E4 why a repository could not be read', () => {
  let folder = '';
  let server: Server;
  let base = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drover-failure-'));
    const repository = join(folder, 'served', 'one.git');
    await mkdir(repository, { recursive: true });
    await promisify(execFile)('git', ['init', '--quiet', '--bare', repository]);
    server = createServer((request, response) => {
      const status = /^\/(\d{3})\//.exec(request.url ?? '')?.[1];
      if (status === undefined) return serve(join(folder, 'served'), request, response);
      response.writeHead(Number(status), status === '401' ? { 'WWW-Authenticate': 'Basic realm="x"' } : {}).end();
    });
    base = await listen(server);
  });
  after(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await rm(folder, { recursive: true, force: true });
  });

  const secret = { kind: 'password', user: 'bot', password: 'wrong' } as const;
  // prettier-ignore
  const remotes: Array<[title: string, url: () => string, isSecret: boolean, result: GitTestResult]> = [
    ['a repository that is there',       () => `${base}/one.git`,                  false, 'readable'],
    ['one that is not',                  () => `${base}/two.git`,                  false, 'notFoundOrNoAccess'],
    ['one that is not there for us',     () => `${base}/403/one.git`,              true,  'notFoundOrNoAccess'],
    ['a host that refuses a password',   () => `${base}/401/one.git`,              true,  'authenticationRefused'],
    ['a host that wants a password',     () => `${base}/401/one.git`,              false, 'authenticationRefused'],
    ['a host that is broken',            () => `${base}/500/one.git`,              false, 'other'],
    ['a port without a server',          () => 'http://127.0.0.1:9/one.git',       false, 'hostUnreachable'],
    ['a port without an ssh server',     () => 'ssh://127.0.0.1:9/one.git',        false, 'hostUnreachable'],
    ['a name without an address',        () => 'https://nowhere.invalid/one.git',  false, 'hostUnreachable'],
  ];
  for (const [title, url, isSecret, result] of remotes)
    it(`tells ${title}: ${result}`, async () => {
      const remote = createGitRemote({ environment, folder: join(folder, 'private') });
      const repository = { url: url(), credentials: isSecret ? secret : ({ kind: 'none' } as const), allowedFolders: [] };
      assert.equal(reasonOf(await remote.refs(repository, AbortSignal.timeout(60_000))), result);
    });

  it('tells a forbidden address from nothing else, whatever lies there', async () => {
    const gate = () => Promise.reject(new OutgoingFault('forbidden', 'no'));
    const remote = createGitRemote({ environment, folder: join(folder, 'private'), gate });
    const answers = [];
    for (const url of [`${base}/one.git`, `${base}/two.git`, 'http://127.0.0.1:9/one.git', 'ssh://nowhere.invalid/one.git'])
      answers.push(await remote.refs({ url, credentials: { kind: 'none' }, allowedFolders: [] }, AbortSignal.timeout(60_000)));
    for (const answer of answers) assert.deepEqual(answer, { ok: false, kind: 'unreachable', detail: 'no', reason: 'forbidden' });
  });

  // prettier-ignore
  const words: Array<[words: string, result: GitTestResult]> = [
    ['No ED25519 host key is known for h and you have requested strict checking.\nHost key verification failed.\nfatal: Could not read from remote repository.', 'hostKeyRefused'],
    ['git@h: Permission denied (publickey).\nfatal: Could not read from remote repository.',                                                                'authenticationRefused'],
    ['ERROR: Repository not found.\nfatal: Could not read from remote repository.',                                                                         'notFoundOrNoAccess'],
    ["fatal: '/srv/x' does not appear to be a git repository\nfatal: Could not read from remote repository.",                                               'notFoundOrNoAccess'],
    ['ssh: connect to host h port 22: Connection timed out\nfatal: Could not read from remote repository.',                                                 'hostUnreachable'],
    ["fatal: unable to access 'https://h/': server certificate verification failed. CAfile: none CRLfile: none",                                            'certificateInvalid'],
    ["fatal: unable to access 'https://h/': SSL certificate problem: self-signed certificate",                                                              'certificateInvalid'],
    ["fatal: unable to access 'https://h/': SSL: no alternative certificate subject name matches target host name 'h'",                                     'certificateInvalid'],
    ['something else',                                                                                                                                      'other'],
  ];
  for (const [text, result] of words)
    it(`reads ${result} from “${text.split('\n')[0]}”`, () => assert.equal(failureOf({ type: 'failed', words: text }), result));

  it('takes silence for an unreachable host', () => assert.equal(failureOf({ type: 'tooSlow' }), 'hostUnreachable'));
});
