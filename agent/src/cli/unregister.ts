import { dataFolderOf, type Environment } from '../config.js';
import { askHolder } from '../identity/folder-lock.js';
import { readIdentity, removeIdentity } from '../identity/identity.js';
import { messageOf } from '../shared/logger.js';
import { CliFault } from './cli-fault.js';
import { unregister } from './controller-api.js';

/** Takes this agent off the farm and forgets its identity. */
export async function unregisterCommand(options: { readonly data?: string; readonly force?: boolean }, env: Environment): Promise<string> {
  const dataFolder = dataFolderOf(options.data, env);
  const identity = await readIdentity(dataFolder);
  if (!identity) throw new CliFault(`This machine is not registered (no identity in ${dataFolder}).`);
  if ((await askHolder(dataFolder)) !== undefined) throw new CliFault('The agent is running; stop it first.');
  try {
    await unregister(identity.url, identity.token);
  } catch (error) {
    if (options.force !== true)
      throw new CliFault(`${messageOf(error)} With --force the identity is forgotten here all the same.`, { cause: error });
  }
  await removeIdentity(dataFolder);
  return `“${identity.name}” is no longer an agent of ${identity.url}.`;
}
