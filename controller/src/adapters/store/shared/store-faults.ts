import { MongoError, MongoServerError } from 'mongodb';
import { MongooseError } from 'mongoose';

/** MongoDB's out of disk space. */
const outOfDiskSpace = 14_031;
/** Errors of a server that is going, or that is not the one to write to. */
const passing = new Set([
  'MongoNetworkError',
  'MongoNetworkTimeoutError',
  'MongoServerSelectionError',
  'MongooseServerSelectionError',
  'MongoPoolClearedError',
  'MongoNotConnectedError',
  'MongoTopologyClosedError',
]);

/** Whether the store could not do now what may succeed later; undefined for every other error. */
export function storeFaultOf(error: unknown): 'storageFull' | 'unavailable' | undefined {
  if (error instanceof MongoServerError && error.code === outOfDiskSpace) return 'storageFull';
  if ((error instanceof MongoError || error instanceof MongooseError) && passing.has(error.name)) return 'unavailable';
  return error instanceof Error && error.cause !== undefined ? storeFaultOf(error.cause) : undefined;
}
