import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, rm } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { AgentConfig } from '../config.js';

/** What tasks of an agent that is root see of the machine's files: all of it read-only, but for what stands here. */
export interface TaskView {
  /** Of the agent. It stays writable in the view, and is hidden but for the workspaces. */
  readonly dataFolder: string;
  /** HOME of tasks: the place of the operator's home, with a folder of the agent over it; empty where there is none. */
  readonly home: string;
  /** Homes of people, which are empty in the view. */
  readonly homes: readonly string[];
  /** Folders in homes that stay readable. */
  readonly tools: readonly string[];
  /** Folders that the operator has opened to tasks. */
  readonly writable: readonly string[];
}

/** Where people's tools lie in their homes. No folder of this list holds credentials. */
const toolFolders = [
  ...['.cargo/bin', '.rustup', 'go/bin', '.deno/bin', '.bun/bin', '.dotnet', '.sdkman', '.jenv'],
  ...['.nvm', '.volta', '.fnm', '.nodenv', '.asdf', '.pyenv', '.rbenv', '.rvm', '.goenv'],
  ...['.local/bin', '.local/lib', '.local/share/fnm', '.local/share/mise', '.local/share/pnpm', '.local/share/uv', '.local/share/pipx'],
];

/** The view that is wanted now: people and their tools come and go. */
export function taskView({ dataFolder, writable, environment }: Pick<AgentConfig, 'dataFolder' | 'writable' | 'environment'>): TaskView {
  const home = environment['HOME'] ?? homedir();
  const homes = outermost(['/root', '/home', home, ...peoplesHomes()].filter((path) => isHome(path) && !isBelow(path, dataFolder, true)));
  const own = homes.some((path) => isBelow(home, path, true)) && existsSync(home) ? home : '';
  const programs = [dirname(dirname(process.execPath)), environment['JAVA_HOME'], environment['GOROOT']];
  const wanted = [
    ...[home, homedir()].flatMap((folder) => toolFolders.map((name) => join(folder, name))),
    ...(environment['PATH'] ?? '').split(':'),
    ...programs.filter((path) => path !== undefined),
  ];
  const tools = wanted.filter((path) => homes.some((folder) => isBelow(path, folder)) && path !== home && existsSync(path));
  return { dataFolder, home: own, homes, tools: outermost(tools), writable: writable.filter((path) => existsSync(path)) };
}

/** Folders of the agent that tasks have instead of the machine's: `home` is kept, so that caches in it are of use; the temporary ones are new at each start. */
export async function prepareTaskFolders(dataFolder: string): Promise<void> {
  for (const name of ['tmp', 'var-tmp']) await rm(join(dataFolder, 'tasks', name), { recursive: true, force: true });
  for (const name of ['home', 'tmp', 'var-tmp']) await mkdir(join(dataFolder, 'tasks', name), { recursive: true, mode: 0o700 });
  for (const name of ['tmp', 'var-tmp']) await chmod(join(dataFolder, 'tasks', name), 0o1777);
}

/** For `closeMachineScript`. */
export function viewVariables(view: TaskView | undefined): Readonly<Record<string, string>> {
  if (view === undefined) return {};
  const { dataFolder, home, homes, tools, writable } = view;
  return {
    drover_data: dataFolder,
    drover_home: home,
    drover_homes: homes.join('\n'),
    drover_tools: tools.join('\n'),
    drover_writable: writable.join('\n'),
  };
}

const firstPerson = 1_000;
const lastPerson = 59_999;

function peoplesHomes(): readonly string[] {
  return readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, , uid, , , home = ''] = line.split(':');
      return Number(uid) === 0 || (Number(uid) >= firstPerson && Number(uid) <= lastPerson) ? [home] : [];
    });
}

/** Some services have the folder of a system as their home. */
const isHome = (path: string): boolean =>
  /^\/(?:root|home)$|^\/[^/]+\/./.test(path) && !/^\/(?:usr|bin|sbin|lib|etc|dev|proc|sys|run)(?:\/|$)/.test(path) && existsSync(path);

/** Without those that lie below another one. */
const outermost = (paths: readonly string[]): readonly string[] =>
  [...new Set(paths.map((path) => path.replace(/(?<=.)\/+$/, '')))].filter((path, _, all) => !all.some((other) => isBelow(path, other)));

const isBelow = (path: string, folder: string, isSameBelow = false): boolean =>
  path.startsWith(`${folder}/`) || (isSameBelow && path === folder);
