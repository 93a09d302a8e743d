import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { CliFault } from '../cli/cli-fault.js';
import { dataFolderOf, type Environment } from '../config.js';
import { readIdentity } from '../identity/identity.js';
import { messageOf } from '../shared/logger.js';
import { replaceText } from '../shared/files.js';
import { settingsOf } from './settings.js';
import { environmentText, unitText } from './unit.js';

const run = promisify(execFile);
const unitName = 'drover-agent.service';
/** In the data folder, which only the agent's user reads. */
const environmentName = 'service-environment';

export interface ServiceOptions {
  readonly verb: 'install' | 'uninstall';
  /** The file that is started: only it knows where it lies, the other modules are bundled again when the agent is packed. */
  readonly program: string;
  readonly scope?: 'system' | 'user';
  readonly data?: string;
}

/** G1: makes the agent a service of systemd, or ends that. Returns the sentence to print. */
export async function serviceCommand(options: ServiceOptions, env: Environment): Promise<string> {
  if (!existsSync('/run/systemd/system'))
    throw new CliFault('This machine is not run by systemd. Let its own service manager start “drover-agent start” instead.');
  const scope = options.scope ?? (process.getuid?.() === 0 ? 'system' : 'user');
  if (scope === 'system' && process.getuid?.() !== 0)
    throw new CliFault('A service of the machine needs root; run this with sudo, or with --scope user.');
  const path = unitPath(scope, env);
  const { program } = options;
  return options.verb === 'install'
    ? install({ path, scope, program, dataFolder: dataFolderOf(options.data, env) }, env)
    : uninstall(path, scope);
}

async function install(
  { path, scope, program, dataFolder }: { path: string; scope: 'system' | 'user'; program: string; dataFolder: string },
  env: Environment,
): Promise<string> {
  if (!(await readIdentity(dataFolder)))
    throw new CliFault(`This machine is not registered (no identity in ${dataFolder}); run “drover-agent register” first.`);
  await mkdir(dirname(path), { recursive: true });
  const environmentFile = join(dataFolder, environmentName);
  await replaceText(environmentFile, environmentText(settingsOf(env)));
  const unit = { node: process.execPath, program, dataFolder, path: env['PATH'] ?? '', environmentFile, scope };
  await rm(path, { force: true });
  await writeFile(path, unitText(unit), { mode: 0o600 });
  await systemctl(scope, ['daemon-reload']);
  await systemctl(scope, ['enable', '--now', unitName]);
  const hint = scope === 'user' ? ' So that it runs while you are signed out: loginctl enable-linger.' : '';
  return `The agent runs as the service ${unitName}; its log: journalctl ${scope === 'user' ? '--user ' : ''}-u ${unitName}.${hint}`;
}

async function uninstall(path: string, scope: 'system' | 'user'): Promise<string> {
  if (!existsSync(path)) throw new CliFault(`There is no service of the agent (${path}).`);
  await systemctl(scope, ['disable', '--now', unitName]);
  await rm(path, { force: true });
  await systemctl(scope, ['daemon-reload']);
  return `The service ${unitName} is removed; the agent is still registered.`;
}

function unitPath(scope: 'system' | 'user', env: Environment): string {
  if (scope === 'system') return join('/etc/systemd/system', unitName);
  return join(env['XDG_CONFIG_HOME'] ?? join(env['HOME'] ?? homedir(), '.config'), 'systemd', 'user', unitName);
}

async function systemctl(scope: 'system' | 'user', args: readonly string[]): Promise<void> {
  try {
    await run('systemctl', [...(scope === 'user' ? ['--user'] : []), ...args]);
  } catch (error) {
    throw new CliFault(`systemctl ${args.join(' ')} failed: ${messageOf(error)}`, { cause: error });
  }
}
