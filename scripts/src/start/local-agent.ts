import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { startProgram, type Program } from './process.js';

/** More slots than processors only makes each attempt slower; more than this no sample needs. */
const mostSlots = 4;

/** Registers the agent of this machine with `drover-agent register`, as any agent is; the token travels by the environment, not by the command line. */
export async function registerLocalAgent({
  root,
  dataDir,
  url,
  token,
}: {
  root: string;
  dataDir: string;
  url: string;
  token: string;
}): Promise<void> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const slots = Math.max(2, Math.min(mostSlots, availableParallelism()));
  const args = [
    join(root, 'agent', 'dist', 'bundle', 'main.js'),
    'register',
    '--url',
    url,
    '--name',
    'local',
    '--slots',
    String(slots),
    '--data',
    dataDir,
  ];
  await new Promise<void>((resolve, reject) => {
    execFile(process.execPath, args, { env: { ...process.env, DROVER_TOKEN: token } }, (error, _stdout, stderr) => {
      if (error) reject(new Error(`the local agent could not register: ${stderr.trim() || error.message}`));
      else resolve();
    });
  });
}

export const isRegistered = (dataDir: string): boolean => existsSync(join(dataDir, 'identity.json'));

export interface LocalAgent {
  readonly program: Program;
  /** Settles once it is connected, or has ended without that: whether it keeps tasks apart and so takes any. */
  readonly connected: Promise<{ readonly takesAnyTask: boolean }>;
}

/** Starts the registered agent; what lies in `hidden` its tasks can't see. */
export function startLocalAgent({
  root,
  dataDir,
  url,
  hidden,
  log,
}: {
  root: string;
  dataDir: string;
  /** Of the controller: its port may be another one than when the agent was registered. */
  url: string;
  hidden: readonly string[];
  log(line: string): void;
}): LocalAgent {
  const hide = hidden.flatMap((folder) => ['--hide', folder]);
  let takesAnyTask = true;
  let settle: () => void = () => undefined;
  const connected = new Promise<void>((resolve) => (settle = resolve));
  const program = startProgram({
    name: 'agent',
    args: [join(root, 'agent', 'dist', 'bundle', 'main.js'), 'start', '--data', dataDir, '--url', url, '--sample-only', ...hide],
    onLine: (line) => {
      log(line);
      if (line.includes('only the sample is run')) takesAnyTask = false;
      if (/ connected( |$)/.test(line)) settle();
    },
  });
  void program.ended.then(() => settle());
  return { program, connected: connected.then(() => ({ takesAnyTask })) };
}
