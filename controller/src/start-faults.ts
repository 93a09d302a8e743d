import { connectFaultOf } from './adapters/store/shared/connect-faults.js';
import { storeFaultOf } from './adapters/store/shared/store-faults.js';
import type { Config } from './config.js';

/** Why the controller could not start, in one sentence that says what to do. What nobody foresaw comes with its trace. */
export function sentenceOf(
  error: unknown,
  { port, host, dataDir, mongoUri }: Pick<Config, 'port' | 'host' | 'dataDir' | 'mongoUri'>,
): string {
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  switch (code) {
    case 'EADDRINUSE':
      return `Port ${port} is already in use: end the program that has it, or choose another with --port.`;
    case 'EADDRNOTAVAIL':
      return `This machine has no address ${host}: choose another with --host.`;
    case 'CONTROLLER_IN_USE':
      return message;
    case 'STORE_IN_USE':
      return `Another controller${processOf(error)} is already working on ${dataDir}: end it first, or choose another folder with --data.`;
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
    case 'ENOENT':
    case 'STORE_UNWRITABLE':
    case 'STORE_FOLDER_UNWRITABLE':
      return port < 1_024 && message.includes('listen')
        ? `Port ${port} may be used by the system’s administrator only: choose another with --port.`
        : `The folder ${dataDir} cannot be written (${message}).`;
    case 'ENOSPC':
    case 'EDQUOT':
      return `The disk with ${dataDir} has no space, no inodes or no quota left.`;
    case 'EMFILE':
    case 'ENFILE':
      return 'Too many files are open on this machine: raise the limit (ulimit -n).';
    default:
      return code?.startsWith('STORE_') === true ? message : unforeseen(error, { mongoUri, dataDir });
  }
}

function processOf(error: unknown): string {
  const { pid } = (error as { facts?: { pid?: unknown } }).facts ?? {};
  return typeof pid === 'number' ? ` (process ${pid})` : '';
}

function damageOfStore(error: unknown, dataDir: string): string | undefined {
  if (storeFaultOf(error) !== 'damaged') return undefined;
  return `The store in ${dataDir} is damaged: ${error instanceof Error ? error.message : ''}. List the damage with “npm run store -- verify --data ${dataDir}/store”, then restore a backup, or keep what is sound with “npm run store -- repair --data ${dataDir}/store --to DIR”.`;
}

function unforeseen(error: unknown, { mongoUri, dataDir }: { readonly mongoUri: string | undefined; readonly dataDir: string }): string {
  const name = error instanceof Error ? error.name : '';
  const unreachable = mongoUri === undefined ? damageOfStore(error, dataDir) : connectFaultOf(error, mongoUri);
  if (unreachable !== undefined) return unreachable;
  if (error instanceof Error && name === 'Error' && /key file/.test(error.message)) return error.message;
  return `The controller could not start: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
}

function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const code: unknown = 'code' in error ? error.code : undefined;
  return typeof code === 'string' ? code : undefined;
}
