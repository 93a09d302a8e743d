import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { IsolationMode } from '../executors/executor.js';
import { findOwnProgram } from '../executors/shell/launcher.js';
import { Places } from '../places/places.js';
import { stepRequest } from '../places/step-request.js';
import { MachineCover } from './machine-cover.js';
import { holdNamespace } from './namespace.js';
import { fewestIds, type TaskIds } from './task-ids.js';
import type { TaskView } from './task-view.js';

/** The user as whom tasks run when the agent itself is root. */
export interface TaskUser {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

/** Looks a user up in `/etc/passwd`; undefined when there is none of this name or it is root. */
export function findTaskUser(name: string): TaskUser | undefined {
  const entry = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((line) => line.startsWith(`${name}:`));
  const [, , uid, gid, , home] = entry?.split(':') ?? [];
  if (uid === undefined || gid === undefined || Number(uid) === 0) return undefined;
  return { name, uid: Number(uid), gid: Number(gid), home: home === undefined || home === '' ? '/' : home };
}

/** The modes that work here, best first, found by trying each, in a folder where the agent may write; `none` always works. */
export async function detectIsolation(options: {
  readonly folder: string;
  readonly taskUser?: TaskUser;
  readonly view?: () => TaskView;
  readonly ids?: TaskIds | undefined;
}): Promise<IsolationMode[]> {
  const modes: IsolationMode[] = [];
  if (options.taskUser !== undefined && canWorkAs(options.taskUser, options.folder)) modes.push('separateUser');
  if (await canHoldNamespace(options.folder, options)) modes.push('namespaces');
  return [...modes, 'none'];
}

/** The command that, put before another one, runs it as this user with no other rights. */
export function becomeUser(user: TaskUser): readonly string[] {
  const program = findOwnProgram('setpriv') ?? 'setpriv';
  return [program, `--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups', '--inh-caps=-all', '--no-new-privs', '--'];
}

/** Whether steps can run as that user, who must reach what holds the agent's folder; the folder itself is opened later. */
function canWorkAs(user: TaskUser, folder: string): boolean {
  if (process.getuid?.() !== 0 || findOwnProgram('setpriv') === undefined) return false;
  const [program = '', ...args] = becomeUser(user);
  const look = ['sh', '-c', 'test -x "$1" && id -u', 'sh', dirname(folder)];
  const tried = spawnSync(program, [...args, ...look], { env: { PATH: process.env['PATH'] ?? '' }, cwd: '/' });
  return tried.status === 0 && tried.stdout.toString().trim() === String(user.uid);
}

interface NamespaceTrial {
  readonly view?: () => TaskView;
  readonly ids?: TaskIds | undefined;
}

/** Whether tasks can have these ids here, in places; found by making one. */
export async function canHaveIds(parent: string, trial: NamespaceTrial & { readonly ids: TaskIds }): Promise<boolean> {
  const folder = mkdtempSync(join(parent, 'probe-'));
  try {
    return await canMakePlace(folder, trial, ['chown', `${fewestIds}:${fewestIds}`, folder]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function canHoldNamespace(parent: string, trial: NamespaceTrial): Promise<boolean> {
  const folder = mkdtempSync(join(parent, 'probe-'));
  try {
    return (await canMakePlace(folder, trial, ['true'])) || (await canEnterNamespace(folder, trial.view));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function canMakePlace(workspace: string, { view, ids }: NamespaceTrial, argv: readonly string[]): Promise<boolean> {
  const places = new Places(() => [], { view, ids });
  try {
    const quarters = await places.take({ workspace, mark: 'probe' });
    const request = stepRequest({ argv, env: { PATH: process.env['PATH'] ?? '' }, cwd: '/' });
    if (quarters?.place === undefined || request === undefined) return false;
    const exit = await quarters.place.start({ ...request, tty: '/dev/null', isTerminalReady: true }).ended;
    await quarters.close();
    return exit.kind === 'exited' && exit.exitCode === 0;
  } catch {
    return false;
  } finally {
    await places.close();
  }
}

async function canEnterNamespace(workspace: string, view?: () => TaskView): Promise<boolean> {
  const cover = new MachineCover(view);
  try {
    const path = process.env['PATH'] ?? '';
    const isRoot = process.getuid?.() === 0;
    const held = await holdNamespace({
      env: { PATH: path },
      groups: [],
      workspace,
      hidePaths: [],
      ...(isRoot ? { cover: await cover.holder() } : {}),
    });
    const [program = '', ...args] = held.enter;
    const tried = spawnSync(program, [...args, 'true'], { env: { PATH: path }, cwd: '/' });
    await held.close();
    return tried.status === 0;
  } catch {
    return false;
  } finally {
    cover.close();
  }
}
