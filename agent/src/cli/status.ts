import { dataFolderOf, type Environment } from '../config.js';
import { askHolder } from '../identity/folder-lock.js';
import { readIdentity } from '../identity/identity.js';
import { CliFault } from './cli-fault.js';

/** How the agent of a data folder stands, in a few lines. */
export async function statusCommand(options: { readonly data?: string; readonly json?: boolean }, env: Environment): Promise<string> {
  const dataFolder = dataFolderOf(options.data, env);
  const identity = await readIdentity(dataFolder);
  if (!identity) throw new CliFault(`This machine is not registered (no identity in ${dataFolder}); run “drover-agent register” first.`);
  const { url, agentId, name } = identity;
  const process = await askHolder(dataFolder);
  if (options.json === true) return JSON.stringify({ name, agentId, url, dataFolder, process: process ?? null }, null, 2);
  return [`name        ${name}`, `id          ${agentId}`, `controller  ${url}`, `folder      ${dataFolder}`, ...linesOf(process)].join(
    '\n',
  );
}

function linesOf(process: unknown): readonly string[] {
  if (typeof process !== 'object' || process === null) return ['process     not running'];
  const state = process as Readonly<Record<string, unknown>>;
  const attempts = Array.isArray(state['attempts']) ? state['attempts'].length : 0;
  const detail = typeof state['detail'] === 'string' && state['detail'] !== '' ? ` (${state['detail']})` : '';
  const link = state['connected'] === true ? 'connected' : `not connected${detail}`;
  return [
    `process     running, pid ${String(state['pid'])}`,
    `link        ${link}`,
    `attempts    ${attempts} of ${String(state['slots'])} slots${state['draining'] === true ? ', draining' : ''}`,
  ];
}
