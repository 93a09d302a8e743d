import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);
let laid = 0;

/** Why no cable can be cut on this machine; undefined where one can. */
export async function cableMissing(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'a network of its own for an agent needs root';
  if (!existsSync('/usr/sbin/ip') && !existsSync('/sbin/ip')) return 'the command ip (iproute2) is not here';
  return run('ip', ['netns', 'list']).then(
    () => undefined,
    () => 'network namespaces are not available here',
  );
}

/** A network of its own, joined with this machine by one cable that can be cut: what is under way on it vanishes without a word. */
export class Cable {
  private constructor(
    private readonly name: string,
    /** This machine as it is seen from the other end. */
    readonly address: string,
  ) {}

  static async lay(): Promise<Cable> {
    laid += 1;
    const name = `dr${process.pid % 100_000}-${laid}`;
    const net = `10.213.${(process.pid + laid) % 250}`;
    const cable = new Cable(name, `${net}.1`);
    await run('ip', ['netns', 'add', name]);
    await run('ip', ['link', 'add', cable.near, 'type', 'veth', 'peer', 'name', 'far', 'netns', name]);
    await run('ip', ['addr', 'add', `${net}.1/30`, 'dev', cable.near]);
    await run('ip', ['link', 'set', cable.near, 'up']);
    await run('ip', ['-n', name, 'addr', 'add', `${net}.2/30`, 'dev', 'far']);
    for (const device of ['lo', 'far']) await run('ip', ['-n', name, 'link', 'set', device, 'up']);
    return cable;
  }

  /** Put before a command, runs it at the other end. */
  get within(): readonly string[] {
    return ['ip', 'netns', 'exec', this.name];
  }

  async cut(): Promise<void> {
    await run('ip', ['link', 'set', this.near, 'down']);
  }

  async mend(): Promise<void> {
    await run('ip', ['link', 'set', this.near, 'up']);
  }

  /** When nothing runs at the other end any more. */
  async remove(): Promise<void> {
    await run('ip', ['netns', 'delete', this.name]);
  }

  private get near(): string {
    return `${this.name}n`;
  }
}
