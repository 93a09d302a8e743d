import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
export const packFolder = join(root, 'scripts', 'dist-pack');

/** Puts a workspace and all packages that it needs when it runs into a folder, laid out so that Node finds them. Of our own workspaces only what was compiled. */
export function stageWorkspace({ workspace, at, into }: { workspace: string; at: string; into: string }): void {
  mkdirSync(into, { recursive: true });
  const own = ownWorkspaces();
  for (const folder of dependencies(workspace)) {
    const source = own.get(nameOf(folder));
    if (source === undefined) copyPackage(folder, join(into, placeOf(folder, { own, workspace, at })));
    else if (nameOf(folder) !== workspace) copyOwn(source, join(into, 'node_modules', nameOf(folder)));
  }
  copyOwn(own.get(workspace) ?? root, join(into, at));
}

/** Where a package goes: at the same place, but what lies in one of our workspaces goes with it. */
function placeOf(folder: string, { own, workspace, at }: { own: ReadonlyMap<string, string>; workspace: string; at: string }): string {
  for (const [name, home] of own) {
    if (folder.startsWith(home + sep)) return join(name === workspace ? at : join('node_modules', name), relative(home, folder));
  }
  return relative(root, folder);
}

/** Folders of all packages that a workspace needs when it runs, as npm sees them. */
function dependencies(workspace: string): readonly string[] {
  const args = ['ls', '--omit=dev', '--all', '--parseable', '--workspace', workspace];
  const listed = execFileSync('npm', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  return [...new Set(listed.split('\n'))].filter(
    (line) => line.includes(`${sep}node_modules${sep}`) || [...ownWorkspaces().values()].includes(line),
  );
}

function ownWorkspaces(): ReadonlyMap<string, string> {
  const { workspaces } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { workspaces: readonly string[] };
  return new Map(workspaces.map((folder) => [nameOf(join(root, folder)), join(root, folder)]));
}

function nameOf(folder: string): string {
  const manifest = join(folder, 'package.json');
  return existsSync(manifest) ? ((JSON.parse(readFileSync(manifest, 'utf8')) as { name?: string }).name ?? '') : '';
}

function copyPackage(from: string, to: string): void {
  const left = /\.(map|md|markdown|d\.ts|d\.mts|d\.cts)$/i;
  cpSync(from, to, { recursive: true, dereference: true, filter: (path) => !left.test(path) || /licen[cs]e|notice/i.test(path) });
}

function copyOwn(from: string, to: string): void {
  const left = /\.(test|contract)\.|\.map$|\.d\.ts$|\.tsbuildinfo$|\/(testing|types)(\/|$)/;
  mkdirSync(to, { recursive: true });
  cpSync(join(from, 'package.json'), join(to, 'package.json'));
  cpSync(join(from, 'dist'), join(to, 'dist'), { recursive: true, filter: (path) => !left.test(relative(from, path)) });
}
