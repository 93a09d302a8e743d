import { dataFolderOf, type Environment } from '../config.js';
import { askHolder } from '../identity/folder-lock.js';
import { readIdentity, removeIdentity } from '../identity/identity.js';
import { openNetwork } from '../network/network.js';
import { messageOf } from '../shared/logger.js';
import { CliFault } from './cli-fault.js';
import { unregister } from './controller-api.js';

export interface UnregisterOptions {
  readonly data?: string;
  readonly force?: boolean;
  readonly caFile?: string;
}

/** Takes this agent off the farm and forgets its identity. */
export async function unregisterCommand(options: UnregisterOptions, env: Environment): Promise<string> {
  const dataFolder = dataFolderOf(options.data, env);
  const identity = await readIdentity(dataFolder);
  if (!identity) throw new CliFault(`This machine is not registered (no identity in ${dataFolder}).`);
  if ((await askHolder(dataFolder)) !== undefined) throw new CliFault('The agent is running; stop it first.');
  const { outgoing } = openNetwork(env, options.caFile);
  try {
    await unregister({ url: identity.url, outgoing }, identity.token);
  } catch (error) {
    if (options.force !== true)
      throw new CliFault(`${messageOf(error)} With --force the identity is forgotten here all the same.`, { cause: error });
  }
  await removeIdentity(dataFolder);
  return `“${identity.name}” is no longer an agent of ${identity.url}.`;
}
