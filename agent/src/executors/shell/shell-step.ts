import { spawn, type ChildProcess } from 'node:child_process';
import { setPriority } from 'node:os';
import { Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { attemptMarkVariable, usualSize, type RunningStep, type StepCommand, type StepExit } from '../executor.js';
import { carriedPrefix, directScript, launcherShell, outerScript, restoringScript } from './launcher.js';
import { plainName, shellName } from './shell-names.js';
import { closeQuietly, openPty, type PtyOutput } from '../terminal/pty.js';
import type { Place, StepRequest } from '../../places/place.js';
import { codeOf } from '../../shared/logger.js';
import { askToEnd, findMembers, killAll, type AttemptScope } from '../../processes/attempt-processes.js';
import { endKeyReaders } from '../../processes/key-readers.js';

/** Below the agent itself, so that its heartbeat does not wait for tasks. */
const taskPriority = 5;
/** What a program behind a terminal learns about it, unless the step says otherwise. */
export const usualEnvironment = { TERM: 'xterm-256color' };
/** Until something that was killed has ended. */
const againMs = 100;

export interface ShellStepOptions {
  readonly command: StepCommand;
  readonly groups: readonly string[];
  /** Put before the command: enters the namespaces or becomes the user. */
  readonly enter: readonly string[];
  /** Gives the terminal to the user of the step, so that it can open `/dev/stderr` again. */
  ownTerminal(path: string): unknown;
  scope(): AttemptScope;
  onStarted(pid: number): void;
  onEnded(pid: number): void;
}

export interface ShellStep extends RunningStep {
  /** Settles the exit although nobody reads the output. */
  abandon(): void;
}

/** Starts one program behind a pseudo-terminal of its own. */
export function startShellStep(options: ShellStepOptions): ShellStep {
  const pty = openPty(sizeOf(options.command));
  const child = spawnOrDiscard(pty, options);
  if (child === undefined) return notBegun();
  if (child.pid !== undefined) lowerPriority(child.pid);
  if (child.pid !== undefined) options.onStarted(child.pid);
  const ended = childEnd(child).then((end) => {
    if (child.pid !== undefined) options.onEnded(child.pid);
    return end;
  });
  return runningStep(pty, { begun: Promise.resolve(), ended, scope: options.scope });
}

export interface PlacedStepOptions {
  readonly place: Place;
  readonly request: Pick<StepRequest, 'check' | 'step'>;
  readonly command: StepCommand;
  /** A terminal of the usual size that the place has readied. */
  readonly terminal?: PtyOutput | undefined;
  scope(): AttemptScope;
}

/** Starts one program in a place, whose first process begins it. */
export function startPlacedStep({ place, request, command, terminal, scope }: PlacedStepOptions): ShellStep {
  const size = sizeOf(command);
  const isReady = terminal !== undefined && size.columns === usualSize.columns && size.rows === usualSize.rows;
  if (!isReady) terminal?.discard();
  const pty = isReady ? terminal : openPty(size);
  return runningStep(pty, { ...place.start({ ...request, tty: pty.path, isTerminalReady: isReady }), scope });
}

/** A terminal for a step to come. */
export const openUsualPty = (): PtyOutput => openPty(usualSize);

const sizeOf = (command: StepCommand) => ({ columns: command.columns ?? usualSize.columns, rows: command.rows ?? usualSize.rows });

interface BegunStep {
  readonly begun: Promise<void>;
  readonly ended: Promise<StepExit>;
  scope(): AttemptScope;
}

function runningStep(pty: PtyOutput, { begun, ended, scope }: BegunStep): ShellStep {
  let isOver = false;
  const asked = new Set<number>();
  let stopping: Promise<unknown> | undefined;
  const hurry = new AbortController();
  const exit = ended.then(async (end) => {
    isOver = true;
    await stopping; // the next step is of the same attempt: what still kills the rest of this one would kill it, too
    await pty.finish();
    return end;
  });
  return {
    output: pty.output,
    exit,
    stop: (graceMs) => {
      if (graceMs === 0) hurry.abort();
      if (isOver) return;
      stopping ??= Promise.race([begun, ended])
        .then(() => (isOver ? undefined : stopAll({ scope, graceMs, hurry: hurry.signal, ended })))
        .catch(() => undefined); // closing the environment kills again, and says what is left
    },
    endKeyReaders: async () => (isOver ? [] : endKeyReaders(pty.path, findMembers(scope()), asked)),
    abandon: () => pty.discard(),
  };
}

/** A step that the system did not begin. */
const notBegun = (): ShellStep => ({
  output: Readable.from([]),
  exit: Promise.resolve({
    kind: 'failedToStart',
    reason: 'the parameters of the step are too long for this system: one may have 128 KiB, all together some 2 MiB',
  }),
  stop: () => undefined,
  abandon: () => undefined,
});

/** Undefined if the system takes no environment of this length. What isn't started must not keep its terminal. */
function spawnOrDiscard(pty: PtyOutput, options: ShellStepOptions): ChildProcess | undefined {
  try {
    return spawnBehind(pty, options);
  } catch (error) {
    pty.discard();
    if (codeOf(error) !== 'E2BIG') throw error;
    return undefined;
  }
}

/** No controlling terminal: a program that asks on `/dev/tty` for a password fails at once instead of waiting for ever. */
function spawnBehind(pty: PtyOutput, options: ShellStepOptions): ChildProcess {
  const { command, groups, enter } = options;
  const shell = launcherShell() ?? ['sh'];
  const { env, names } = carried({ ...usualEnvironment, ...command.env });
  const inner = [String(names.length), ...names, command.cwd, ...command.argv];
  const way = enter.length === 0 ? [] : [...enter, ...shell, '-c', restoringScript, 'drover-step'];
  const outer = [enter.length === 0 ? directScript : outerScript, 'drover-step', String(groups.length), ...groups];
  const [program = '', ...args] = [...shell, '-c', ...outer, ...way, ...inner];
  options.ownTerminal(pty.path);
  const terminal = pty.openForChild();
  try {
    return spawn(program, args, { env, cwd: '/', detached: true, stdio: ['ignore', terminal, terminal, 'pipe'] });
  } finally {
    closeQuietly(terminal);
  }
}

/**
 * What enters the namespaces or becomes the user has more rights than the step, whose variables could make it load or run
 * something of the task, and the launcher has variables of its own: until the step begins they have names that mean
 * nothing to anybody. Those that are not for a shell to set stay as they are.
 */
function carried(variables: Readonly<Record<string, string>>) {
  const isCarried = (name: string): boolean => plainName.test(name) && !shellName.test(name) && name !== attemptMarkVariable;
  const names = Object.keys(variables).filter(isCarried);
  const entries = Object.entries(variables).map(([name, value]) => [isCarried(name) ? carriedPrefix + name : name, value] as const);
  const own = names.includes('PATH') ? { PATH: process.env['PATH'] ?? '' } : {};
  return { names, env: { ...own, ...Object.fromEntries(entries) } };
}

function childEnd(child: ChildProcess): Promise<StepExit> {
  const refusal: Buffer[] = [];
  const channel = child.stdio[3];
  channel?.on('data', (chunk: Buffer) => refusal.push(chunk));
  channel?.on('error', () => undefined);
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ kind: 'failedToStart', reason: error.message }));
    child.once('close', (exitCode, signal) => {
      if (refusal.length > 0) resolve({ kind: 'failedToStart', reason: Buffer.concat(refusal).toString() });
      else if (signal !== null) resolve({ kind: 'killed', signal });
      else resolve({ kind: 'exited', exitCode: exitCode ?? 1 });
    });
  });
}

interface Stop {
  readonly scope: () => AttemptScope;
  readonly graceMs: number;
  readonly hurry: AbortSignal;
  readonly ended: Promise<unknown>;
}

async function stopAll({ scope, graceMs, hurry, ended }: Stop): Promise<void> {
  if (graceMs > 0) await askToEnd(scope(), graceMs, hurry);
  // a process that was just beginning may not have been seen
  for (let isOver = false; !isOver; isOver = await Promise.race([ended.then(() => true), delay(againMs, false)])) {
    await killAll(scope(), { spare: true });
  }
}

function lowerPriority(pid: number): void {
  try {
    setPriority(pid, taskPriority);
  } catch {
    // it ended already
  }
}
