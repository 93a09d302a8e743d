/** A process for tests to kill: seals the first log of a database and moves it, dying where it is told to. Arguments: address of the store, database, crash point, bytes printed. */
import { MongoClient } from 'mongodb';
import { createCrashPoints } from '../../../crash-points.js';
import { logNumber, patternBytes, sealWith } from '../testing.js';
import { MongoLogStorage } from './mongo-log-storage.js';

const [uri = '', name = '', crashAt = '', printedBytes = '0'] = process.argv.slice(2);
const client = await MongoClient.connect(uri);
const crashPoints = createCrashPoints(crashAt, () => process.kill(process.pid, 'SIGKILL'));
const storage = new MongoLogStorage({ db: client.db(name), crashPoints, now: () => Date.now() });
await storage.prepare();
await sealWith(storage, logNumber(1), patternBytes(0, Number(printedBytes)));
await storage.moved();
await storage.close();
await client.close();
