import { spawn, type ChildProcess } from 'node:child_process';
import { findOwnProgram, holderScript, launcherShell } from '../executors/shell/launcher.js';
import { readiness } from './holder.js';
import { closeMachineScript, stayScript } from './namespace-scripts.js';
import { viewVariables, type TaskView } from './task-view.js';

/**
 * User and mount namespaces in which the machine is closed to tasks, for an agent that is root. Those of each attempt
 * are made out of them, so that the many mounts are made once and not for every attempt. They end with this process:
 * their holder reads from a pipe that only it keeps. Should they end before, they are made again.
 */
export class MachineCover {
  #made: Promise<number> | undefined;
  #child: ChildProcess | undefined;
  readonly #view: () => TaskView | undefined;

  constructor(view: () => TaskView | undefined = () => undefined) {
    this.#view = view;
  }

  /** The process that has them. Rejects with the reason where the system doesn't let them be made. */
  holder(): Promise<number> {
    this.#made ??= this.#make();
    return this.#made;
  }

  close(): void {
    this.#child?.stdin?.destroy();
  }

  async #make(): Promise<number> {
    try {
      const child = startHolder(this.#view());
      this.#child = child;
      child.once('exit', () => (this.#made = undefined));
      await readiness(child);
      if (child.pid === undefined) throw new Error('the namespaces ended as soon as they were made');
      child.stdout?.destroy();
      child.stderr?.destroy();
      child.unref();
      return child.pid;
    } catch (error) {
      this.#made = undefined;
      throw error;
    }
  }
}

function startHolder(view: TaskView | undefined): ChildProcess {
  const shell = launcherShell();
  const unshare = findOwnProgram('unshare');
  if (shell === undefined || unshare === undefined) throw new Error('bash or busybox, and unshare (util-linux), were not found');
  const [program = '', ...args] = [
    ...[...shell, '-c', holderScript, 'drover-cover', '0'],
    ...[unshare, '--user', '--map-root-user', '--mount'],
    ...[...shell, '-c', closeMachineScript + stayScript],
  ];
  return spawn(program, args, {
    env: { PATH: process.env['PATH'] ?? '', ...viewVariables(view) },
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
}
