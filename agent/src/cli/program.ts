import { Command, Option } from 'commander';
import { productVersion, protocolVersion } from '@drover/protocol';
import type { Environment, StartOptions } from '../config.js';
import { keepSmall } from '../shared/pace.js';
import type { RegisterOptions } from './register.js';
import type { UnregisterOptions } from './unregister.js';
import type { ServiceOptions } from '../service/service.js';

const dataOption = (): Option => new Option('--data <dir>', 'folder of this agent (default: DROVER_AGENT_DATA or ~/.drover-agent)');
const caOption = (): Option =>
  new Option('--ca-file <file>', 'certificate authorities (PEM) to trust beside the usual ones (default: DROVER_AGENT_CA_FILE)');
const repeated = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];
const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** All commands; `file` is the program itself. Each loads what it needs when it is called: the agent stays small and quick to start. */
export function createProgram(env: Environment, file: string): Command {
  const program = new Command('drover-agent')
    .description('Runs the work of a Drover farm on this machine.')
    .version(`drover-agent ${productVersion} (agent protocol ${protocolVersion})`, '-V, --version')
    .showHelpAfterError('(drover-agent --help shows all commands)');
  addRegister(program, env);
  addStart(program, env);
  addStatus(program, env);
  addService(program, env, file);
  return program;
}

function addRegister(program: Command, env: Environment): void {
  program
    .command('register')
    .description('make this machine an agent of a farm')
    .requiredOption('--url <address>', 'address of the controller')
    .option('--token <token>', 'registration token; better: DROVER_TOKEN or --token-file, which other users cannot see')
    .option('--token-file <file>', 'file that holds the registration token')
    .option('--name <name>', 'name of the agent (default: name of this machine)')
    .option('--labels <labels>', 'labels beside the automatic ones, separated by commas')
    .option('--slots <number>', 'attempts at once', '1')
    .option('--force', 'register again though there is an identity')
    .addOption(caOption())
    .addOption(dataOption())
    .action(async (options: RegisterOptions) => {
      const { registerCommand } = await import('./register.js');
      say(await registerCommand(options, env));
    });
  program
    .command('unregister')
    .description('take this machine off the farm and forget its identity')
    .option('--force', 'forget the identity though the controller cannot be told')
    .addOption(caOption())
    .addOption(dataOption())
    .action(async (options: UnregisterOptions) => {
      const { unregisterCommand } = await import('./unregister.js');
      say(await unregisterCommand(options, env));
    });
}

function addStart(program: Command, env: Environment): void {
  program
    .command('start')
    .description('connect and work, until SIGTERM or SIGINT: then finish what runs; at a second one, stop it')
    .addOption(dataOption())
    .addOption(caOption())
    .option('--url <address>', 'address of the controller, where that has changed since the registration; it is kept')
    .option('--hide <dir>', 'folder that tasks may not see; may be given several times', repeated)
    .addOption(
      new Option('--isolation <mode>', 'how tasks are kept apart from the agent').choices(['auto', 'separateUser', 'namespaces', 'none']),
    )
    .option('--task-user <name>', 'user as whom tasks run with separateUser (default: drover-task)')
    .addOption(new Option('--sample-only', 'where tasks cannot be kept apart, run the sample of the controller only').default(undefined))
    .addOption(new Option('--sample-only-unless-isolated', 'the same as --sample-only').hideHelp())
    .option('--min-free-mb <number>', 'free space below which nothing new is taken (default: 500)')
    .option('--max-processes <number>', 'processes and threads that a task may have at once, 0 for no limit (default: 4096)')
    .option('--max-memory-mb <number>', 'memory of a task, 0 for no limit (default: 90 % of the machine)')
    .option('--max-disk-mb <number>', 'size of the workspace of a task (default: 0, no limit but the free space)')
    .option(
      '--writable <dir>',
      'as root: folder of the machine that tasks may write, which else is read-only to them; several times',
      repeated,
    )
    .option(
      '--task-ids <range>',
      'as root: users and groups that tasks have beside root, FIRST-LAST or off (default: auto, ids that nobody has)',
    )
    .option(
      '--pass-env <names>',
      'variables that steps get from the agent, separated by commas, such as GOPROXY,MAVEN_OPTS (default: DROVER_AGENT_PASS_ENV)',
      repeated,
    )
    .option('--log-level <level>', 'error, warn, info or debug')
    .action(async ({ sampleOnlyUnlessIsolated, ...options }: StartOptions & { sampleOnlyUnlessIsolated?: boolean }) => {
      keepSmall();
      const { startCommand } = await import('./start.js');
      await startCommand(sampleOnlyUnlessIsolated === true ? { ...options, sampleOnly: true } : options, env);
    });
}

function addStatus(program: Command, env: Environment): void {
  program
    .command('status')
    .description('tell how the agent of this folder stands')
    .option('--json', 'as JSON')
    .addOption(dataOption())
    .action(async (options: { data?: string; json?: boolean }) => {
      const { statusCommand } = await import('./status.js');
      say(await statusCommand(options, env));
    });
}

function addService(program: Command, env: Environment, file: string): void {
  const service = program.command('service').description('run the agent as a service of systemd');
  for (const verb of ['install', 'uninstall'] as const) {
    service
      .command(verb)
      .description(verb === 'install' ? 'start the agent now and whenever the machine starts' : 'stop and remove the service')
      .addOption(new Option('--scope <scope>', 'whose service: of the machine (as root) or of this user').choices(['system', 'user']))
      .addOption(dataOption())
      .action(async (options: Omit<ServiceOptions, 'verb' | 'program'>) => {
        const { serviceCommand } = await import('../service/service.js');
        say(await serviceCommand({ ...options, verb, program: file }, env));
      });
  }
}
