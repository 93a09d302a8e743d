import { notePrivateFolder, notesFolder } from '../identity/private-folders.js';
import { readConfig, type Environment, type StartOptions } from '../config.js';
import { compose } from '../compose.js';
import { lockFolder } from '../identity/folder-lock.js';
import { readIdentity, writeIdentity, type Identity } from '../identity/identity.js';
import { createLogger } from '../logging.js';
import type { Logger } from '../shared/logger.js';
import type { Agent } from '../agent.js';
import { CliFault, exitCodes } from './cli-fault.js';
import { parseControllerUrl } from './controller-url.js';

/** Runs the agent until it has drained or the controller refuses it for good. */
export async function startCommand(options: StartOptions, env: Environment): Promise<void> {
  const config = readConfig(options, env);
  const identity = await readIdentity(config.dataFolder);
  if (!identity)
    throw new CliFault(`This machine is not registered (no identity in ${config.dataFolder}); run “drover-agent register” first.`);
  const holder: { agent?: Agent } = {};
  const lock = await lockFolder(config.dataFolder, () => holder.agent?.state() ?? { pid: process.pid, connected: false });
  if (!lock)
    throw new CliFault(
      `Another drover-agent process already works with ${config.dataFolder}; stop it first, or give this one a --data folder and a registration of its own.`,
    );
  const logger = createLogger(config.logLevel);
  const current = await movedIdentity(identity, options.url, config.dataFolder);
  const noted = await notePrivateFolder(notesFolder(env), config.dataFolder);
  if (!noted.ok)
    logger.warn('tasks of other agents of this user could see this folder', { folder: config.dataFolder, detail: noted.reason });
  try {
    const agent = await compose({ config, identity: current, logger });
    holder.agent = agent;
    const letGo = obeySignals(agent, logger);
    const end = await agent.ended;
    await agent.close();
    letGo();
    if (end.type === 'refused') throw new CliFault(end.end.text, { exitCode: exitCodes[end.end.code] });
    logger.info('ended');
  } finally {
    await lock.close();
  }
}

/** The identity with the controller's new address, where it was given one. */
async function movedIdentity(identity: Identity, given: string | undefined, dataFolder: string): Promise<Identity> {
  const url = given === undefined ? identity.url : parseControllerUrl(given);
  if (url === identity.url) return identity;
  const moved = { ...identity, url };
  await writeIdentity(dataFolder, moved);
  return moved;
}

/** The first signal drains, the second kills what runs, the third ends the process there and then. */
function obeySignals(agent: Agent, logger: Logger): () => void {
  let count = 0;
  const obey = (signal: NodeJS.Signals): void => {
    count += 1;
    logger.info(count === 1 ? 'draining: finishing what runs' : 'stopping what runs', { signal });
    if (count === 1) agent.drain();
    else if (count === 2) agent.abandon();
    else process.exit(exitCodes.failed);
  };
  process.stdout.on('error', () => undefined); // the reader of the log is gone: no reason to end what runs
  process.on('SIGTERM', obey).on('SIGINT', obey);
  endWithStarter(() => obey('SIGHUP'));
  return () => void process.off('SIGTERM', obey).off('SIGINT', obey);
}

/** What runs may take this long to finish once the program that started this one is gone. */
const orphanGraceMs = 20_000;

/** A program that starts this one and keeps a channel to it (`npm start`) takes it along, however it ends: in order first, then at once. */
function endWithStarter(obey: () => void): void {
  const end = () => {
    obey();
    setInterval(obey, orphanGraceMs).unref();
  };
  process.channel?.unref();
  if (process.connected === false) end(); // it ended before this one stood
  else process.once('disconnect', end);
}
