import { MongoError, MongoServerError } from 'mongodb';
import { MongooseError } from 'mongoose';
import { isFull, isShort } from '../../../shared/durable-files.js';

/** MongoDB's own errors of a server that changes its state, is going, or ran out of time: the same call may succeed soon. */
// prettier-ignore
const passingCodes: ReadonlySet<unknown> = new Set([
  6, 7, 89, 9_001,              // HostUnreachable, HostNotFound, NetworkTimeout, SocketException
  24, 50, 64, 202, 262,         // LockTimeout, MaxTimeMSExpired, WriteConcernTimeout, NetworkInterfaceExceededTimeLimit, ExceededTimeLimit
  91, 11_600, 11_602,           // ShutdownInProgress, InterruptedAtShutdown, InterruptedDueToReplStateChange
  133, 134, 189,                // FailedToSatisfyReadPreference, ReadConcernMajorityNotAvailableYet, PrimarySteppedDown
  10_058, 10_107, 13_435, 13_436, // LegacyNotPrimary, NotWritablePrimary, NotPrimaryNoSecondaryOk, NotPrimaryOrSecondary
]);
/** MongoDB's DataCorruptionDetected, which the embedded store answers, too. */
const dataCorrupted = 246;
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
  'MongoOperationTimeoutError',
  'MongoWaitQueueTimeoutError',
  'WaitQueueTimeoutError',
]);

/** Whether the store, or the disk of the controller, could not do now what may succeed later; undefined for every other error. */
export function storeFaultOf(error: unknown): 'storageFull' | 'unavailable' | 'damaged' | undefined {
  if (error instanceof MongoServerError && error.code === outOfDiskSpace) return 'storageFull';
  if (error instanceof MongoServerError && error.code === dataCorrupted) return 'damaged';
  if (error instanceof MongoServerError && (passingCodes.has(error.code) || error.hasErrorLabel('RetryableWriteError')))
    return 'unavailable';
  if ((error instanceof MongoError || error instanceof MongooseError) && passing.has(error.name)) return 'unavailable';
  if (isFull(error)) return 'storageFull';
  if (isShort(error)) return 'unavailable';
  return error instanceof Error && error.cause !== undefined ? storeFaultOf(error.cause) : undefined;
}
