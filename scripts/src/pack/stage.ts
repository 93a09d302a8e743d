import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { root } from './root.js';

export const packFolder = join(root, 'scripts', 'dist-pack');

export interface StageOptions {
  readonly workspace: string;
  readonly at: string;
  readonly into: string;
  /** The folder of the workspace that becomes its `dist`. */
  readonly compiled?: string;
}

/** Puts a workspace and all packages that it needs when it runs into a folder, laid out so that Node finds them. Of our own workspaces only what was compiled. */
export function stageWorkspace({ workspace, at, into, compiled = 'dist' }: StageOptions): void {
  mkdirSync(into, { recursive: true });
  const own = ownWorkspaces();
  for (const folder of dependencies(workspace)) {
    const source = own.get(nameOf(folder));
    if (source === undefined) copyPackage(folder, join(into, placeOf(folder, { own, workspace, at })));
    else if (nameOf(folder) !== workspace) copyOwn({ from: source, to: join(into, 'node_modules', nameOf(folder)), compiled: 'dist' });
  }
  copyOwn({ from: own.get(workspace) ?? root, to: join(into, at), compiled });
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

function copyOwn({ from, to, compiled }: { from: string; to: string; compiled: string }): void {
  const left = /\.(test|contract)\.|\.map$|\.d\.ts$|\.tsbuildinfo$|\/(testing|types|bundle)(\/|$)/;
  const folder = join(from, compiled);
  mkdirSync(to, { recursive: true });
  cpSync(join(from, 'package.json'), join(to, 'package.json'));
  cpSync(folder, join(to, 'dist'), { recursive: true, filter: (path) => !left.test(`/${relative(folder, path)}`) });
}
