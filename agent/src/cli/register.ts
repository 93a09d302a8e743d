import { readFile } from 'node:fs/promises';
import { faultSentence, protocolVersion } from '@drover/protocol';
import { check, type RegisterAgent } from '@drover/protocol/agent';
import { dataFolderOf, type Environment } from '../config.js';
import { gatherFacts } from '../facts/facts.js';
import { askHolder } from '../identity/folder-lock.js';
import { IdentityFault, prepareFolder, readIdentity, writeIdentity, type Identity } from '../identity/identity.js';
import { notePrivateFolder, notesFolder } from '../identity/private-folders.js';
import { openNetwork } from '../network/network.js';
import { messageOf } from '../shared/logger.js';
import { CliFault } from './cli-fault.js';
import { register } from './controller-api.js';
import { parseControllerUrl } from './controller-url.js';

export interface RegisterOptions {
  readonly url: string;
  readonly token?: string;
  readonly tokenFile?: string;
  readonly name?: string;
  readonly labels?: string;
  readonly slots: string;
  readonly data?: string;
  readonly force?: boolean;
  readonly caFile?: string;
}

/** G1: makes this machine an agent of the farm and stores its identity. Returns the sentence to print. */
export async function registerCommand(options: RegisterOptions, env: Environment): Promise<string> {
  const dataFolder = dataFolderOf(options.data, env);
  const known = await knownIdentity(dataFolder, options.force === true);
  const url = parseControllerUrl(options.url);
  const { outgoing } = openNetwork(env, options.caFile);
  const body = await bodyOf(options, env);
  await prepareFolder(dataFolder); // before the token is used up
  await notePrivateFolder(notesFolder(env), dataFolder); // before a token lies in it, which a task that begins now could read
  const { agentId, name, token, approved } = await register({ url, outgoing }, body);
  await writeIdentity(dataFolder, { url, agentId, token, name, labels: body.labels, slots: body.slots });
  const next = approved
    ? 'Start it with “drover-agent start”.'
    : 'An administrator has to approve it; “drover-agent start” waits for that.';
  const before = known ? ` The earlier registration as “${known.name}” at ${known.url} stays listed there until it is removed.` : '';
  return `Registered as “${name}” at ${url}. ${next}${before}`;
}

/** The identity that would be replaced. Throws unless it may be: one that is in use never is. */
async function knownIdentity(dataFolder: string, isForced: boolean): Promise<Identity | undefined> {
  const known = await readIdentity(dataFolder).catch((error: unknown) => {
    if (isForced && error instanceof IdentityFault) return undefined;
    throw error;
  });
  if (known && !isForced)
    throw new CliFault(
      `This machine is registered already as “${known.name}” at ${known.url}; run “drover-agent unregister” first, or choose another --data folder.`,
    );
  if (known && (await askHolder(dataFolder)) !== undefined) throw new CliFault(`The agent “${known.name}” is running; stop it first.`);
  return known;
}

async function bodyOf(options: RegisterOptions, env: Environment): Promise<RegisterAgent> {
  const labels = (options.labels ?? '')
    .split(',')
    .map((label) => label.trim())
    .filter((label) => label !== '');
  const body = {
    token: await tokenOf(options, env),
    ...(options.name === undefined ? {} : { name: options.name }), // else the controller takes the host's, or the next free one
    labels: [...new Set(labels)],
    slots: Number(options.slots),
    protocolVersion,
    facts: await gatherFacts(env['PATH'] ?? '', { executors: ['shell'], isolation: 'none' }),
  };
  const checked = check('registerAgent', body);
  if (checked.ok) return checked.value;
  const rules = given.filter((field) => body[field] !== undefined && !check(field, body[field]).ok).map((field) => ruleOf[field]);
  const others = checked.faults.map(faultSentence);
  throw new CliFault(`Not registered: ${(rules.length > 0 ? rules : others).join('; ')}.`);
}

/** What a person gives: each is checked for itself, so that all faults are told at once. */
const given = ['name', 'labels', 'slots', 'token'] as const;

/** The protocol's rules in words. */
const ruleOf: Readonly<Record<(typeof given)[number], string>> = {
  name: '--name begins and ends with a letter, digit or “_”, and may hold blanks, “.” and “-” between',
  labels: '--labels are up to 50 words of letters, digits and “. _ : = / -”, separated by commas, each beginning with a letter or digit',
  slots: '--slots is a whole number from 1 to 1024',
  token: 'the registration token is too long to be one',
};

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
    throw new CliFault(`The token file cannot be read: ${messageOf(error)}.`);
  });
}
