// Options of `npm start`, read before anything is installed: a mistake is told at once, not after the set-up.
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export const defaultPort = 7080;

export const help = `Usage: npm start -- [options]

Starts a whole farm on this machine: controller with the embedded store, one agent, and a sample pipeline.

Options:
  --port <number>  port of the dashboard and the API (default: ${defaultPort}; 0: any that is free)
  --data <folder>  where everything is kept (default: .drover in this clone)
  --no-sample      make no sample project
  --no-agent       start no agent beside the controller
  --help           show this
`;

/** Reads the command line of `npm start`; throws an error whose message is one sentence. */
export function parseOptions(args, root) {
  const { values, positionals } = parse(args);
  if (positionals.length > 0) throw new Error(`npm start takes options only, not “${positionals[0]}”: see npm start -- --help`);
  return {
    port: parsePort(values.port ?? String(defaultPort)),
    dataDir: resolve(values.data ?? `${root}/.drover`),
    sample: values['no-sample'] !== true,
    agent: values['no-agent'] !== true,
    help: values.help === true,
  };
}

const known = {
  port: { type: 'string' },
  data: { type: 'string' },
  'no-sample': { type: 'boolean' },
  'no-agent': { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
};

function parse(args) {
  try {
    return parseArgs({ args: [...args], options: known, allowPositionals: true });
  } catch (error) {
    throw new Error(`${error.message.split(/[.\n]/)[0]}: see npm start -- --help`);
  }
}

function parsePort(text) {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new Error(`a port is a whole number from 0 to 65535, not “${text}”`);
}
