// Packs the agent with everything that it needs but Node: scripts/dist-pack/drover-agent.tgz and its digest beside it.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, createReadStream, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { create } from 'tar';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const target = join(root, 'scripts', 'dist-pack');
const stage = join(target, 'drover-agent');
const archive = join(target, 'drover-agent.tgz');

rmSync(target, { recursive: true, force: true });
mkdirSync(stage, { recursive: true });
for (const folder of dependencies()) place(folder);
place(join(root, 'agent'), '');
await create({ file: archive, cwd: target, gzip: true, portable: true, mtime: new Date(0) }, ['drover-agent']);
rmSync(stage, { recursive: true, force: true });
const digest = createHash('sha256');
await pipeline(createReadStream(archive), digest);
writeFileSync(`${archive}.sha256`, `${digest.digest('hex')}  drover-agent.tgz\n`);

/** Folders of all packages that the agent needs when it runs, as npm sees them. */
function dependencies(): readonly string[] {
  const listed = execFileSync('npm', ['ls', '--omit=dev', '--all', '--parseable', '-w', '@drover/agent'], {
    cwd: root,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return [...new Set(listed.split('\n').filter((line) => line.includes(`node_modules`)))].filter(
    (folder) => !folder.endsWith('@drover/agent'),
  );
}

/** Copies one package to its place in the stage; of our own workspaces only what was compiled. */
function place(folder: string, at = relative(root, folder)): void {
  const own = ownWorkspace(folder);
  const to = join(stage, at);
  if (own === undefined) {
    cpSync(folder, to, {
      recursive: true,
      dereference: true,
      filter: (path) => !/\.(map|md|markdown|d\.ts|d\.mts|d\.cts)$/i.test(path) || /licen[cs]e/i.test(path),
    });
    return;
  }
  mkdirSync(to, { recursive: true });
  cpSync(join(own, 'package.json'), join(to, 'package.json'));
  cpSync(join(own, 'dist'), join(to, 'dist'), {
    recursive: true,
    filter: (path) => !/\.(test|contract)\.|\.map$|\.d\.ts$|\.tsbuildinfo$|\/testing(\/|$)/.test(path),
  });
}

function ownWorkspace(folder: string): string | undefined {
  if (folder === join(root, 'agent')) return folder;
  const manifest = join(folder, 'package.json');
  if (!existsSync(manifest)) return undefined;
  const { name } = JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string };
  return name === '@drover/protocol' ? join(root, 'protocol') : undefined;
}
