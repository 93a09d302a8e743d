import type Docker from 'dockerode';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { constants } from 'node:os';
import { PassThrough, type Duplex } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { endKeyReadersIn } from './docker-key-readers.js';
import { usualSize, type RunningStep, type StepCommand, type StepExit } from '../executor.js';

export interface DockerStep extends RunningStep {
  /** Settles the exit although the container goes away. */
  abandon(): void;
}

/**
 * Turns output post-processing and echo off, says so, and waits for a line, before which the terminal gets its size;
 * then its input is empty. Arguments: a word that marks what the launcher itself says, working folder, program.
 */
const launchScript = `word=$1; cwd=$2; shift 2
stty -opost -echo; printf '%sready' "$word"; read -r go
cd -- "$cwd" 2>/dev/null || { printf '%sthe working folder %s cannot be entered' "$word" "$cwd"; exit 126; }
command -v -- "$1" >/dev/null 2>&1 || command -v "$1" >/dev/null 2>&1 || { printf '%sthe program %s was not found' "$word" "$1"; exit 127; }
exec "$@" </dev/null`;

/** Signals everything in the container but its first process and the shell that signals. */
const signalScript = (signal: string) =>
  `for p in /proc/[0-9]*; do p=\${p#/proc/}; case $p in 1|$$) ;; *) kill -${signal} "$p" 2>/dev/null ;; esac; done`;

const pollMs = 20;

/** Runs one program in the container, behind a terminal. */
export async function startDockerStep(container: Docker.Container, user: string, command: StepCommand): Promise<DockerStep> {
  const word = `${randomBytes(12).toString('hex')} `;
  const exec = await container.exec({
    Cmd: ['/bin/sh', '-c', launchScript, 'drover-step', word, command.cwd, ...command.argv],
    Env: Object.entries({ TERM: 'xterm-256color', ...command.env }).map(([name, value]) => `${name}=${value}`),
    User: user,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    Tty: true,
  });
  const stream = await exec.start({ hijack: true, stdin: true, Tty: true });
  const size = { w: command.columns ?? usualSize.columns, h: command.rows ?? usualSize.rows };
  return new ContainerStep({ container, user, exec, stream, word, size });
}

interface StepParts {
  readonly container: Docker.Container;
  readonly user: string;
  readonly exec: Docker.Exec;
  readonly stream: Duplex;
  readonly word: string;
  readonly size: { readonly w: number; readonly h: number };
}

class ContainerStep implements DockerStep {
  readonly output = new PassThrough({ highWaterMark: 64 * 1024 });
  readonly exit: Promise<StepExit>;
  readonly #parts: StepParts;
  #refusal: string | undefined;
  #stopped: 'SIGTERM' | 'SIGKILL' | undefined;
  readonly #hurry = new AbortController();
  readonly #asked = new Set<string>();
  #abandoned = false;
  #restarting: Promise<unknown> | undefined;
  #unblock: () => void = () => undefined;

  constructor(parts: StepParts) {
    this.#parts = parts;
    parts.stream.on('error', () => undefined);
    this.exit = this.#drain();
  }

  stop(graceMs: number): void {
    if (graceMs === 0) this.#hurry.abort();
    if (this.#stopped !== undefined) return;
    this.#stopped = 'SIGTERM';
    void this.#stop(graceMs).catch(() => undefined); // the container is gone, and so is everything in it, or the engine is
  }

  endKeyReaders(): Promise<readonly string[]> {
    const { container, user } = this.#parts;
    return this.#stopped === undefined ? endKeyReadersIn(container, user, this.#asked).catch(() => []) : Promise.resolve([]);
  }

  abandon(): void {
    this.#abandoned = true;
    this.#stopped ??= 'SIGKILL';
    this.#parts.stream.destroy();
    this.#unblock();
  }

  /** The stream's end is the end of the output; only then is the engine asked how the program ended. */
  async #drain(): Promise<StepExit> {
    await this.#copy().catch(() => undefined);
    await this.#restarting?.catch(() => undefined); // the next step needs the container
    const end = this.#abandoned ? undefined : await this.#inspect().catch(() => undefined);
    this.output.end();
    if (this.#refusal !== undefined && !this.#abandoned) return { kind: 'failedToStart', reason: this.#refusal };
    if (end === undefined) return { kind: 'killed', signal: 'SIGKILL' };
    return exitOf(end, this.#stopped);
  }

  /** First what the launcher says, up to its `ready`; then perhaps why it can't start; else all is the program's. */
  async #copy(): Promise<void> {
    const { stream, word } = this.#parts;
    const ready = Buffer.from(`${word}ready`);
    let phase: 'launching' | 'starting' | 'running' = 'launching';
    let held: Buffer = Buffer.alloc(0);
    for await (const chunk of stream) {
      held = held.length === 0 ? asBuffer(chunk) : Buffer.concat([held, asBuffer(chunk)]);
      if (phase === 'launching' && held.includes(ready)) {
        held = held.subarray(held.indexOf(ready) + ready.length);
        phase = 'starting';
        await this.#release();
      }
      if (phase === 'starting' && held.length > 0 && !isBeginOf(held, word)) phase = 'running';
      if (phase !== 'running') continue;
      await this.#pass(held);
      held = Buffer.alloc(0);
    }
    const text = held.toString();
    if (phase === 'launching') this.#refusal = text.trim() || 'the container ended';
    else if (text.startsWith(word)) this.#refusal = text.slice(word.length);
    else if (held.length > 0) await this.#pass(held);
  }

  /** The size is set while the launcher waits: earlier the terminal may not be there. */
  async #release(): Promise<void> {
    await this.#parts.exec.resize(this.#parts.size).catch(() => undefined);
    this.#parts.stream.write('\n');
  }

  /** Not reading the output stops the reading of the stream, and so the program. */
  async #pass(bytes: Buffer): Promise<void> {
    if (this.output.destroyed || this.output.write(bytes) || this.#abandoned) return;
    await new Promise<void>((resolve) => {
      this.#unblock = () => {
        this.output.off('drain', this.#unblock).off('close', this.#unblock);
        resolve();
      };
      this.output.on('drain', this.#unblock).on('close', this.#unblock);
    });
  }

  async #inspect(): Promise<number> {
    for (;;) {
      const { Running, ExitCode } = await this.#parts.exec.inspect();
      if (!Running) return ExitCode ?? 1;
      await delay(pollMs);
    }
  }

  async #stop(graceMs: number): Promise<void> {
    if (graceMs > 0) {
      await this.#signal('TERM').catch(() => undefined);
      const ended = this.exit.then(() => true);
      const graceOver = delay(graceMs, false, { ref: false, signal: this.#hurry.signal }).catch(() => false);
      if (await Promise.race([ended, graceOver])) return;
    }
    this.#stopped = 'SIGKILL';
    // where nothing more can be started (too many processes, a paused container) the whole container starts over: always steps may follow
    await this.#signal('KILL').catch(() => (this.#restarting = this.#parts.container.restart({ t: 0 })));
  }

  async #signal(signal: string): Promise<void> {
    const exec = await this.#parts.container.exec({ Cmd: ['/bin/sh', '-c', signalScript(signal)], AttachStdout: true, AttachStderr: true });
    const stream = await exec.start({});
    stream.resume();
    await once(stream, 'end');
  }
}

/** An exec tells a signal only as 128 + its number; after a stop of ours that is what it means. */
function exitOf(code: number, stopped: string | undefined): StepExit {
  const signal = Object.entries(constants.signals).find(([, number]) => number === code - 128)?.[0];
  if (signal !== undefined && (stopped !== undefined || signal === 'SIGKILL')) return { kind: 'killed', signal };
  return { kind: 'exited', exitCode: code };
}

/** The launcher's word stands first, or what came so far may still become it. */
const isBeginOf = (bytes: Buffer, word: string): boolean => {
  const text = bytes.subarray(0, word.length).toString('latin1');
  return word.startsWith(text);
};

const asBuffer = (chunk: unknown): Buffer => (Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk)));
