import { access, chmod, constants, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { asId, type AgentId } from '@drover/protocol';
import { check } from '@drover/protocol/agent';
import { crashPoint } from '../crash-points.js';
import { replaceText } from '../shared/files.js';
import { codeOf } from '../shared/logger.js';
import { makePrivateFolder } from '../shared/make-folder.js';

/** Who this agent is to its controller. */
export interface Identity {
  readonly url: string;
  readonly agentId: AgentId;
  readonly token: string;
  readonly name: string;
  readonly labels: readonly string[];
  readonly slots: number;
}

const pathIn = (dataFolder: string): string => join(dataFolder, 'identity.json');

/** The stored identity; `undefined` if this machine was never registered here. Throws if the file is spoilt. */
export async function readIdentity(dataFolder: string): Promise<Identity | undefined> {
  const path = pathIn(dataFolder);
  try {
    return parseIdentity(await readFile(path, 'utf8'), path);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    if (codeOf(error) === 'EISDIR')
      throw new IdentityFault(`${path} is a folder: register this machine again, with --force.`, { cause: error });
    throw error;
  }
}

/** Makes the folder that only its owner can enter; rejects if nothing can be written there. */
export async function prepareFolder(dataFolder: string): Promise<void> {
  await makePrivateFolder(dataFolder);
  await chmod(dataFolder, 0o700);
  await access(dataFolder, constants.W_OK | constants.X_OK);
}

/** Stores the identity for its owner's eyes only. */
export async function writeIdentity(dataFolder: string, identity: Identity): Promise<void> {
  await prepareFolder(dataFolder);
  crashPoint('agent.identity.writing');
  await replaceText(pathIn(dataFolder), `${JSON.stringify(identity, null, 2)}\n`);
  crashPoint('agent.identity.written');
}

/**
 * By which this machine tells the processes and containers of this agent's attempts from others. A copy of the data folder
 * has another one, so that its agent, which will be refused, ends nothing that the first one runs.
 */
export async function attemptMarker({ agentId }: Identity, dataFolder: string): Promise<string> {
  return `${agentId}.${(await stat(dataFolder)).ino}`;
}

export async function removeIdentity(dataFolder: string): Promise<void> {
  await rm(pathIn(dataFolder), { force: true });
}

/** The file is there and is no identity. */
export class IdentityFault extends Error {
  override readonly name = 'IdentityFault';
}

function parseIdentity(text: string, path: string): Identity {
  const fields = jsonOf(text);
  const { url, agentId, token, name, labels, slots } = (fields ?? {}) as Record<string, unknown>;
  const registered = check('agentRegistered', { agentId, name, token, approved: true });
  const given = check('labels', labels);
  if (!registered.ok || !given.ok || typeof url !== 'string' || typeof slots !== 'number')
    throw new IdentityFault(`${path} is not an identity of an agent: register this machine again, with --force.`);
  return {
    url,
    agentId: asId<AgentId>(registered.value.agentId),
    token: registered.value.token,
    name: registered.value.name,
    labels: given.value,
    slots,
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
