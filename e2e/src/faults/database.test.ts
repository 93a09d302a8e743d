import { stateChange, WireProxy } from '@drover/controller/simulated';
import { skipBecause } from '@drover/protocol/testing';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { MongoClient, MongoServerError } from 'mongodb';
import { killed } from '../crashes/mortal.js';
import { startRun } from '../testing/definitions.js';
import { Farm } from '../testing/farm.js';
import { root, startProgram, type Program } from '../testing/programs.js';
import { setting } from './signs/measures.js';
import { SlowProxy } from './links/slow-proxy.js';
import { Tally } from './signs/tally.js';
import { begunIn, expectWideWhole, makeWide } from './load/work.js';

const outageMs = setting('DROVER_FAULTS_OUTAGE_SECONDS', 30) * 1_000;
const beats = 12;
const tasks = 4;
/** Commands that a server does only while it is the primary. */
const writes: ReadonlySet<string> = new Set(['insert', 'update', 'delete', 'findAndModify']);
/** A test farm's own database on the server that is given. */
const databaseName = `drover-faults-${process.pid}`;

/** The database of a farm behind a link that can be cut: the MongoDB that is given, else the embedded store as a server of its own, which speaks the same protocol. */
class Database {
  private server: Program | undefined;
  private socketPath = '';

  private constructor(
    private readonly folder: string,
    readonly given: URL | undefined,
  ) {}

  static async start(): Promise<Database> {
    const uri = process.env['MONGODB_URI'];
    const database = new Database(
      await mkdtemp(join(tmpdir(), 'drover-database-')),
      uri === undefined || uri === '' ? undefined : new URL(uri),
    );
    if (database.given === undefined) await database.startServer();
    return database;
  }

  /** Where it listens now: a port, or the path of a socket. */
  get target(): number | string {
    return this.given === undefined ? this.socketPath : Number(this.given.port === '' ? '27017' : this.given.port);
  }

  /** The same through a proxy. */
  uriBy(port: number): string {
    const uri = new URL(this.given?.href ?? 'mongodb://127.0.0.1/');
    uri.hostname = '127.0.0.1';
    uri.port = String(port);
    uri.pathname = `/${databaseName}`;
    uri.searchParams.delete('replicaSet');
    uri.searchParams.set('directConnection', 'true');
    return uri.href;
  }

  async killAndStart(): Promise<void> {
    if (this.server !== undefined) await killed(this.server);
    await this.startServer();
  }

  async close(): Promise<void> {
    await this.server?.stop();
    await rm(this.folder, { recursive: true, force: true });
  }

  private async startServer(): Promise<void> {
    const args = [join(root, 'controller', 'embedded-store', 'dist', 'cli.js'), '--data', this.folder];
    this.server = startProgram({ name: 'database', args });
    const [, path = ''] = await this.server.line(/^mongodb:\/\/([^/]+)\//);
    this.socketPath = decodeURIComponent(path);
  }
}

describe('O5 a database that goes away under running tasks', function () {
  this.timeout(outageMs + 360_000);
  let farm: Farm;
  let tally: Tally;
  let database: Database;
  let proxy: SlowProxy;
  before(async () => {
    tally = await Tally.open();
    database = await Database.start();
    proxy = await SlowProxy.open(() => database.target);
    farm = await Farm.start({ env: { MONGODB_URI: database.uriBy(proxy.port) } });
    if (database.given === undefined)
      process.stdout.write('no MONGODB_URI: the embedded store as a server of its own stands in for MongoDB\n');
    await farm.addAgent({ name: 'worker', labels: ['worker'], slots: tasks });
  });
  after(async () => {
    await farm?.close();
    await proxy?.close();
    await database?.close();
    await tally?.close();
  });
  afterEach(() => proxy.reopen());

  const during = async (fault: () => Promise<void>, on: Farm = farm) => {
    const { id } = await makeWide(on, tally, { tasks, beats, labels: ['worker'], packageEvery: 2 });
    const run = await startRun(on, id);
    await tally.until((heard) => begunIn(heard, run.id) === tasks);
    await fault();
    await readyAgain(on);
    const attempts = await expectWideWhole(on, tally, { run: await on.finished(run.id, 120_000), beats, packages: 2 });
    expect(attempts.map(({ number }) => number)).to.deep.equal(Array.from({ length: tasks }, () => 1));
  };

  it(`for ${outageMs / 1_000} s: the tasks continue, nothing is lost or repeated, and the farm continues when it is back`, () =>
    during(async () => {
      proxy.shut();
      await delay(outageMs); // how long it is away is what is tried
      expect((await fetch(`${farm.url}/healthz`)).status).to.equal(200);
      proxy.reopen();
    }));

  it('again and again for a moment: every write is known to have been made or not', () =>
    during(async () => {
      for (let cut = 0; cut < 20; cut += 1) {
        proxy.shut();
        proxy.reopen();
        await delay(150); // in between something is written
      }
    }));

  it('because its replica set elects another primary (a MongoDB that is given)', async function () {
    if (database.given === undefined) {
      skipBecause(this, 'no MONGODB_URI is given, and the embedded store has no replica set');
    }
    const members = await membersOf(database.given.href);
    if (members === undefined) skipBecause(this, 'the MongoDB that is given is no member of a replica set');
    // By its name the driver finds the members themselves: through the proxy, and with a direct connection, it would follow no election.
    const followed = await Farm.start({ env: { MONGODB_URI: followingUri(database.given, members) } });
    try {
      await followed.addAgent({ name: 'worker', labels: ['worker'], slots: tasks });
      await during(() => stepDown(database.given?.href ?? ''), followed);
    } finally {
      await followed.close();
    }
  });

  it('because its primary steps down: writes are refused, or made and not answered, for a while', async function () {
    if (database.given !== undefined) skipBecause(this, 'the proxy that plays the step-down speaks to the embedded store');
    const wire = await WireProxy.open(`mongodb://${encodeURIComponent(String(database.target))}/`);
    const behind = await Farm.start({ env: { MONGODB_URI: wire.uri(`${databaseName}-steps`) } });
    try {
      await behind.addAgent({ name: 'worker', labels: ['worker'], slots: tasks });
      await during(async () => {
        let count = 0;
        let enough = (): void => undefined;
        const lived = new Promise<void>((resolve) => (enough = resolve));
        wire.fateOf = (name) => {
          if (!writes.has(name)) return 'pass';
          count += 1;
          if (count === 12) enough();
          return count % 3 === 0 ? 'cut' : { answer: stateChange(189, 'PrimarySteppedDown') };
        };
        await lived;
        wire.fateOf = () => 'pass';
      }, behind);
    } finally {
      await behind.close();
      await wire.close();
    }
  });

  it('because it was killed (kill -9) and started again', async function () {
    if (database.given !== undefined) {
      skipBecause(this, 'the MongoDB that is given is not ours to kill');
    }
    await during(() => database.killAndStart());
  });
});

/** The primary gives its office up for some seconds; it cuts its connections, this one too. */
async function stepDown(uri: string): Promise<void> {
  const client = await MongoClient.connect(uri);
  try {
    const before = (await client.db('admin').command({ hello: 1 }))['electionId'];
    await client
      .db('admin')
      .command({ replSetStepDown: 5, force: true })
      .catch((error: unknown) => {
        if (error instanceof MongoServerError) throw error; // the server refused; a cut connection is what is wanted
      });
    await until(async () => {
      const now = await client.db('admin').command({ hello: 1 });
      return now['isWritablePrimary'] === true && String(now['electionId']) !== String(before);
    });
  } finally {
    await client.close();
  }
}

/** The name of the replica set that the server belongs to. */
async function membersOf(uri: string): Promise<string | undefined> {
  const client = await MongoClient.connect(uri);
  try {
    const { setName } = await client.db('admin').command({ hello: 1 });
    return typeof setName === 'string' ? setName : undefined;
  } finally {
    await client.close();
  }
}

function followingUri(given: URL, replicaSet: string): string {
  const uri = new URL(given.href);
  uri.pathname = `/${databaseName}-election`;
  uri.searchParams.delete('directConnection');
  uri.searchParams.set('replicaSet', replicaSet);
  return uri.href;
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo().catch(() => false))) await delay(200);
}

/** Resolves once the controller says that it reaches its database. */
async function readyAgain(farm: Farm): Promise<void> {
  while ((await fetch(`${farm.url}/readyz`)).status !== 200) await delay(100);
}
