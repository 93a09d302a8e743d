import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { assert } from 'chai';
import { freshFolder } from '../testing/folders.js';
import { openGitSession } from './git-session.js';

const run = promisify(execFile);

describe('security: what lies around the Git work of the agent', () => {
  const folder = freshFolder();

  it('a repository above is not looked for, and the home of the user is not read', async () => {
    await run('git', ['init', '--quiet', folder.path]);
    const cwd = join(folder.path, 'data', 'mirrors', 'damaged.git');
    await mkdir(cwd, { recursive: true });
    const seen: Array<Readonly<Record<string, string>>> = [];
    const session = await openGitSession({
      credentials: { kind: 'none' },
      folder: join(folder.path, 'data', 'sessions'),
      knownHostsFile: join(folder.path, 'data', 'known_hosts'),
      env: { PATH: process.env['PATH'] ?? '', HOME: '/home/of/tasks', TMPDIR: '/tmp', GIT_DIR: folder.path },
      signal: new AbortController().signal,
      onOutput: () => undefined,
      run: async (argv, { env }) => {
        seen.push(env);
        return run('git', [...argv], { cwd, env }).then(
          ({ stdout }) => ({ exitCode: 0, tail: stdout }),
          (error: Error) => ({ exitCode: 128, tail: error.message }),
        );
      },
    });
    const { exitCode, tail } = await session.git(cwd, ['rev-parse', '--git-dir']);
    assert.equal(exitCode, 128, tail);
    await run('git', ['init', '--quiet', cwd]); // a repository inside of a damaged mirror is none either
    assert.equal((await session.git(cwd, ['rev-parse', '--git-dir'])).exitCode, 0);
    assert.equal((await session.git(cwd, ['rev-parse', '--git-dir'], { bare: true })).exitCode, 128);
    await session.close();
    for (const name of ['HOME', 'TMPDIR'] as const) assert.include(seen[0]?.[name], join(folder.path, 'data', 'sessions', 'session-'));
  });
});
