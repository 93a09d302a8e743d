import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { checkoutSource } from '@drover/agent/checkout';
import { historyStream } from '../harness/made-history.js';
import type { Stage, Subject } from '../harness/stage.js';

const env = { PATH: process.env['PATH'] ?? '', GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1' };

/** Checkouts by an agent's own code, of a repository of some 70 MB in 5,000 commits, beside `git clone` of the same in the same minute. */
export const checkoutSubject: Subject = {
  name: 'checkouts',
  figures: ['checkout-first', 'checkout-again', 'checkout-newer', 'checkout-depth'],
  limitMs: 600_000,
  async measure(stage) {
    const folder = await stage.folder();
    const repository = join(folder, 'repository.git');
    stage.say('making a repository');
    await git(['init', '--quiet', '--bare', '--initial-branch=main', repository]);
    await git(['-C', repository, 'fast-import', '--quiet', '--done'], historyStream());
    await git(['-C', repository, 'repack', '-adq']);
    for (let round = 1; round <= stage.rounds; round += 1) {
      const own = join(folder, `round-${round}`);
      await measureRound(stage, { repository, folder: own });
      await rm(own, { recursive: true, force: true });
    }
  },
};

async function measureRound(stage: Stage, { repository, folder }: { repository: string; folder: string }): Promise<void> {
  await mkdir(folder);
  const url = `file://${repository}`;
  const cloneMs = await timed(() => git(['clone', '--quiet', url, join(folder, 'clone')]));
  const shallowMs = await timed(() => git(['clone', '--quiet', '--depth=1', url, join(folder, 'shallow')]));
  const newest = await git(['-C', repository, 'rev-parse', 'main']);
  const older = await git(['-C', repository, 'rev-parse', 'main~10']);
  const checkout = async (name: string, commit: string, depth?: number) => {
    const workspace = join(folder, name);
    await mkdir(workspace);
    const ms = await timed(async () => {
      const result = await checkoutSource({
        repository: { url },
        commit,
        ref: { type: 'branch', name: 'main' },
        credentials: { kind: 'none' },
        allowedFolders: [repository],
        workspace,
        targetPath: workspace,
        mirrorCacheDir: join(folder, depth === undefined ? 'mirrors' : 'shallow-mirrors'),
        env,
        signal: new AbortController().signal,
        onOutput: () => undefined,
        onNotice: () => undefined,
        ...(depth !== undefined && { depth }),
      });
      if (!result.ok) throw new Error(result.reason);
    });
    await rm(workspace, { recursive: true });
    return ms;
  };
  const first = await checkout('first', older);
  const again = await checkout('again', older);
  const newer = await checkout('newer', newest);
  const shallow = await checkout('depth', newest, 1);
  stage.say(`clone ${seconds(cloneMs)}, first ${seconds(first)}, again ${seconds(again)}, newer ${seconds(newer)}`);
  stage.say(`clone of depth 1 ${seconds(shallowMs)}, checkout ${seconds(shallow)}`);
  stage.record('checkout-first', first / cloneMs);
  stage.record('checkout-again', again / cloneMs);
  stage.record('checkout-newer', newer / cloneMs);
  stage.record('checkout-depth', shallow / shallowMs);
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

async function git(argv: readonly string[], input: Iterable<Buffer> = []): Promise<string> {
  const child = spawn('git', argv, { env, stdio: ['pipe', 'pipe', 'inherit'] });
  let output = '';
  child.stdout.on('data', (bytes: Buffer) => (output += bytes.toString()));
  const closed = once(child, 'close');
  for (const piece of input) if (!child.stdin.write(piece)) await once(child.stdin, 'drain');
  child.stdin.end();
  const [code] = await closed;
  if (code !== 0) throw new Error(`git ${argv[0] ?? ''} exited with ${String(code)}`);
  return output.trim();
}
