import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { root } from './root.js';

export const packFolder = join(root, 'scripts', 'dist-pack');

export interface StageOptions {
  readonly workspace: string;
  readonly at: string;
  readonly into: string;
  /** Where the workspace was bundled, its `dist` is that folder, and only these packages are beside it. */
  readonly bundle?: { readonly folder: string; readonly beside: readonly string[] };
}

/** Puts a workspace and all packages that it needs when it runs into a folder, laid out so that Node finds them. Of our own workspaces only what was compiled. */
export function stageWorkspace({ workspace, at, into, bundle }: StageOptions): void {
  mkdirSync(into, { recursive: true });
  const own = ownWorkspaces();
  const home = own.get(workspace) ?? root;
  for (const folder of needed(home, bundle?.beside)) {
    const source = own.get(nameOf(folder));
    if (source === undefined) copyPackage(folder, join(into, placeOf(folder, { own, workspace, at })));
    else copyOwn({ from: source, to: join(into, 'node_modules', nameOf(folder)), compiled: join(source, 'dist') });
  }
  copyOwn({ from: home, to: join(into, at), compiled: bundle?.folder ?? join(home, 'dist') });
}

/** Where a package goes: at the same place, but what lies in one of our workspaces goes with it. */
function placeOf(folder: string, { own, workspace, at }: { own: ReadonlyMap<string, string>; workspace: string; at: string }): string {
  for (const [name, home] of own) {
    if (folder.startsWith(home + sep)) return join(name === workspace ? at : join('node_modules', name), relative(home, folder));
  }
  return relative(root, folder);
}

/** Folders of the packages with these names, as Node finds them from a folder, and of all that they need in turn. Without names all that the folder needs itself. */
function needed(folder: string, names = namesNeeded(folder), known = new Set<string>()): ReadonlySet<string> {
  for (const name of names) {
    const found = findPackage(name, folder);
    if (found === undefined || known.has(found)) continue;
    known.add(found);
    needed(found, namesNeeded(found), known);
  }
  return known;
}

/** What a package names as needed; of what is optional, or another system's, there may be nothing. */
function namesNeeded(folder: string): readonly string[] {
  const { dependencies, optionalDependencies, peerDependencies } = manifestOf(folder);
  return Object.keys({ ...dependencies, ...optionalDependencies, ...peerDependencies }).filter((name) => !isNeedless(name));
}

/** Types; and what ssh2 can do without, and finds nowhere but where it was compiled. */
const isNeedless = (name: string): boolean => name.startsWith('@types/') || name === 'cpu-features';

function findPackage(name: string, from: string): string | undefined {
  const place = join(from, 'node_modules', name);
  if (existsSync(join(place, 'package.json'))) return realpathSync(place);
  return from === dirname(from) ? undefined : findPackage(name, dirname(from));
}

function ownWorkspaces(): ReadonlyMap<string, string> {
  const { workspaces = [] } = manifestOf(root);
  return new Map(workspaces.map((folder) => [nameOf(join(root, folder)), join(root, folder)]));
}

const nameOf = (folder: string): string => manifestOf(folder).name ?? '';

interface Manifest {
  readonly name?: string;
  readonly workspaces?: readonly string[];
  readonly dependencies?: object;
  readonly optionalDependencies?: object;
  readonly peerDependencies?: object;
}
const manifestOf = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

function copyPackage(from: string, to: string): void {
  const left = /\.(map|md|markdown|d\.ts|d\.mts|d\.cts)$/i;
  cpSync(from, to, { recursive: true, dereference: true, filter: (path) => !left.test(path) || /licen[cs]e|notice/i.test(path) });
}

function copyOwn({ from, to, compiled }: { from: string; to: string; compiled: string }): void {
  const left = /\.(test|contract)\.|\.map$|\.d\.ts$|\.tsbuildinfo$|\/(testing|types|bundle)(\/|$)/;
  mkdirSync(to, { recursive: true });
  cpSync(join(from, 'package.json'), join(to, 'package.json'));
  cpSync(compiled, join(to, 'dist'), { recursive: true, filter: (path) => !left.test(`/${relative(compiled, path)}`) });
}
