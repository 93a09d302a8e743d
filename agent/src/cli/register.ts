import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { parse, protocolVersion } from '@drover/protocol';
import { RegisterAgent } from '@drover/protocol/agent';
import { dataFolderOf, type Environment } from '../config.js';
import { gatherFacts } from '../facts/facts.js';
import { readIdentity, writeIdentity } from '../identity/identity.js';
import { messageOf } from '../shared/logger.js';
import { CliFault } from './cli-fault.js';
import { register } from './controller-api.js';

export interface RegisterOptions {
  readonly url: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly name?: string;
  readonly labels?: string;
  readonly slots: string;
  readonly data?: string;
  readonly force?: boolean;
}

/** G1: makes this machine an agent of the farm and stores its identity. Returns the sentence to print. */
export async function registerCommand(options: RegisterOptions, env: Environment): Promise<string> {
  const dataFolder = dataFolderOf(options.data, env);
  const known = await readIdentity(dataFolder);
  if (known && options.force !== true)
    throw new CliFault(
      `This machine is registered already as “${known.name}” at ${known.url}; run “drover-agent unregister” first, or choose another --data folder.`,
    );
  const url = parseUrl(options.url);
  const body = await bodyOf(options, env);
  const { agentId, name, token, approved } = await register(url, body);
  await writeIdentity(dataFolder, { url, agentId, token, name, labels: body.labels, slots: body.slots });
  const next = approved
    ? 'Start it with “drover-agent start”.'
    : 'An administrator has to approve it; “drover-agent start” waits for that.';
  return `Registered as “${name}” at ${url}. ${next}`;
}

async function bodyOf(options: RegisterOptions, env: Environment): Promise<RegisterAgent> {
  const labels = (options.labels ?? '')
    .split(',')
    .map((label) => label.trim())
    .filter((label) => label !== '');
  const body = {
    token: await tokenOf(options, env),
    name: options.name ?? nameOfHost(),
    labels: [...new Set(labels)],
    slots: Number(options.slots),
    protocolVersion,
    facts: await gatherFacts(env['PATH'] ?? '', { executors: ['shell'], isolation: 'none' }),
  };
  const faults = given.flatMap((field) => faultsOf(field, body[field]));
  const checked = parse(RegisterAgent, body);
  if (checked.ok) return checked.value;
  throw new CliFault(
    `Not registered: ${(faults.length > 0 ? faults : checked.faults.map(({ path, message }) => `${path.slice(1)} ${message}`)).join('; ')}.`,
  );
}

/** What a person gives: each is checked for itself, so that all faults are told at once. */
const given = ['name', 'labels', 'slots', 'token'] as const;

function faultsOf(field: (typeof given)[number], value: unknown): readonly string[] {
  const checked = parse(RegisterAgent.properties[field], value);
  return checked.ok ? [] : checked.faults.map(({ path, message }) => `${field}${path} ${message}`);
}

/** A token on the command line can be read by every user of the machine: the environment or a file is better. */
async function tokenOf({ token, tokenFile }: RegisterOptions, env: Environment): Promise<string> {
  const given = token ?? (tokenFile === undefined ? env['DROVER_TOKEN'] : await readToken(tokenFile));
  if (given === undefined || given.trim() === '')
    throw new CliFault(
      'A registration token is needed: set DROVER_TOKEN, or give --token-file or --token. The dashboard makes one under Agents.',
    );
  return given.trim();
}

function readToken(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw new CliFault(`The token file can not be read: ${messageOf(error)}.`);
  });
}

function parseUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new CliFault(`--url has to be the address of the controller, such as https://drover.example.com; ${text} is none.`);
  if (url.username !== '' || url.password !== '') throw new CliFault('--url may not hold a user or password.');
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '');
}

/** The host's name as far as it is a name by the farm's rules; the controller makes one up otherwise. */
function nameOfHost(): string {
  const name = hostname()
    .replace(/[^\p{L}\p{N}_.-]+/gu, '-')
    .replace(/^[^\p{L}\p{N}_]+|[^\p{L}\p{N}_]+$/gu, '')
    .slice(0, 64);
  return name === '' ? 'agent' : name;
}
