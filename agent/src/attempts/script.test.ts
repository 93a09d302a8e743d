import { spawnSync } from 'node:child_process';
import { assert } from 'chai';
import { scriptCommand } from './script.js';

function run(script: string, shell?: 'bash' | 'sh'): { readonly code: number | null; readonly text: string } {
  const [program = '', ...args] = scriptCommand({ script, ...(shell ? { shell } : {}) });
  const { status, stdout } = spawnSync(program, args, { encoding: 'utf8', env: { PATH: process.env['PATH'] }, maxBuffer: 2 ** 26 });
  return { code: status, text: stdout };
}

describe('J2 the command of a shell script', () => {
  it('ends at the first failing command', () => {
    assert.deepEqual(run('echo a\nfalse\necho b'), { code: 1, text: 'a\n' });
    assert.deepEqual(run('echo a\nfalse\necho b', 'sh'), { code: 1, text: 'a\n' });
  });

  it('sees a failure inside a pipe, in bash', () => {
    assert.equal(run('false | cat').code, 1);
    assert.equal(run('false | cat', 'bash').code, 1);
  });

  it('B10 reads line ends of Windows as line ends', () => {
    const script = 'set -u\r\nif true; then\r\n  echo a \\\r\n    b\r\nfi\r\ncat <<END\r\nc\r\nEND\r\nexit 3\r\n';
    for (const shell of ['bash', 'sh', undefined] as const) assert.deepEqual(run(script, shell), { code: 3, text: 'a b\nc\n' });
    assert.deepEqual(run("printf '1\\r\\n'"), { code: 0, text: '1\r\n' });
  });

  it('hands over a script that is longer than one argument may be', () => {
    const line = `echo '${'ä'.repeat(100)}'\n`;
    const { code, text } = run(`${line.repeat(900)}exit 7`);
    assert.equal(code, 7);
    assert.equal(text.length, 101 * 900);
  });
});
