import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';

export interface StartOptions {
  readonly port: number;
  readonly dataDir: string;
  readonly sample: boolean;
  readonly agent: boolean;
}

export const defaultPort = 7080;

/** Reads the command line of `npm start`. Ends the process itself for `--help` and for words it doesn't know. */
export function parseOptions(argv: readonly string[], root: string): StartOptions {
  const command = new Command('npm start --')
    .description('Starts a whole farm on this machine: controller with the embedded store, one agent, and a sample pipeline.')
    .option('--port <number>', 'port of the dashboard and the API', parsePort, defaultPort)
    .option('--data <folder>', 'where everything is kept', resolve(root, '.drover'))
    .option('--no-sample', 'make no sample project')
    .option('--no-agent', 'start no agent beside the controller')
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 1));
  const options = command.parse(argv, { from: 'user' }).opts<{ port: number; data: string; sample: boolean; agent: boolean }>();
  return { port: options.port, dataDir: resolve(options.data), sample: options.sample, agent: options.agent };
}

function parsePort(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 0 || port > 65_535)
    throw new InvalidArgumentError(`a port is a whole number from 0 to 65535, not “${text}”.`);
  return port;
}
