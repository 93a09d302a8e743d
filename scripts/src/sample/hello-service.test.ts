import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { createHelloService } from './hello-service.js';

describe('the sample repository', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'hello-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('is a Git repository whose tests pass and whose build tells its commit', async () => {
    await createHelloService(folder);
    const commit = execFileSync('git', ['-C', folder, 'rev-parse', 'HEAD'], { encoding: 'utf8' }).trim();
    const tests = execFileSync('npm', ['test'], { cwd: folder, encoding: 'utf8' });
    expect(tests).to.match(/# pass 7/);
    const built = execFileSync('npm', ['run', '--silent', 'build'], {
      cwd: folder,
      encoding: 'utf8',
      env: { ...process.env, VERSION: '1.0.0', COMMIT_ID: commit },
    });
    expect(built).to.equal(`built hello-service 1.0.0 from ${commit.slice(0, 10)}: 2 files\n`);
  });

  it('is made once: a second time leaves it as it is', async () => {
    await createHelloService(folder);
    const before = execFileSync('git', ['-C', folder, 'rev-parse', 'HEAD'], { encoding: 'utf8' });
    await createHelloService(folder);
    expect(execFileSync('git', ['-C', folder, 'rev-parse', 'HEAD'], { encoding: 'utf8' })).to.equal(before);
  });
});
