import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedStore } from '@drover/embedded-store';
import { MongoClient, type Db } from 'mongodb';
import { asId, attemptIdOf, type AgentId, type PipelineId, type ProjectId, type RunId } from '@drover/protocol';
import type { Coordinates } from '../../../domain/packages/records.js';
import type { RetentionPolicy } from '../../../domain/packages/retention.js';
import { createPackages, type Packages } from '../../../services/packages/create-packages.js';
import type { Integrity } from '../../../services/integrity/integrity.js';
import type { AgentCaller } from '../../../services/packages/uploads.js';
import { integrityInMemory } from '../../../testing/integrity.js';
import type { Signal } from '../../../services/ports/signals.js';
import { MongoBlobStore } from '../../store/packages/blob-store.js';
import { MongoPackageStore } from '../../store/packages/package-store.js';
import { MongoUploadStore } from '../../store/packages/upload-store.js';
import { FolderBlobs } from '../folder/folder-blobs.js';
import { GridFsBlobs } from '../gridfs/gridfs-blobs.js';

export const projectId = asId<ProjectId>('01jd0000000000000000000prj');
export const runId = asId<RunId>('01jd0000000000000000000rvn');
export const attempt: AgentCaller = {
  type: 'agent',
  agentId: asId<AgentId>('01jd00000000000000000agent'),
  attemptId: attemptIdOf(runId, 'compile', 1),
  fencing: 3,
};

/** The package repository on an embedded store and a folder, with a clock to move and places to crash at. */
export class PackagesUnderTest {
  now = 1_000_000;
  crashAt: string | undefined;
  crash = (name: string): void => {
    throw new Error(`crashed at ${name}`);
  };
  policy: RetentionPolicy = {};
  leaseHeld = true;
  /** What the lease tells of the run, where it differs. */
  run: { readonly runId?: RunId; readonly runNumber?: number } = {};
  readonly signals: Signal[] = [];
  private count = 0;

  private constructor(
    readonly folder: string,
    private readonly store: Pick<Awaited<ReturnType<typeof startEmbeddedStore>>, 'uri' | 'close'>,
    private readonly client: MongoClient,
  ) {}

  static async start(): Promise<PackagesUnderTest> {
    const folder = await mkdtemp(join(tmpdir(), 'drover-test-'));
    const store = await startEmbeddedStore({ dataDir: join(folder, 'store') });
    return new PackagesUnderTest(folder, store, await MongoClient.connect(store.uri));
  }

  /** The same packages as another process sees them. */
  static async join(folder: string, uri: string): Promise<PackagesUnderTest> {
    return new PackagesUnderTest(folder, { uri, close: async () => undefined }, await MongoClient.connect(uri));
  }

  get uri(): string {
    return this.store.uri;
  }

  get db(): Db {
    return this.client.db('drover');
  }

  /** What a start of the controller makes of what is stored. */
  async open({ integrity = integrityInMemory(), gridFs = false }: { integrity?: Integrity; gridFs?: boolean } = {}): Promise<Packages> {
    const stores = { packages: new MongoPackageStore(this.db), uploads: new MongoUploadStore(this.db), blobs: new MongoBlobStore(this.db) };
    for (const each of Object.values(stores)) await each.prepare();
    const run = {
      projectId,
      runId,
      runNumber: 7,
      pipelineId: asId<PipelineId>('01jd0000000000000000000ppn'),
      pipelineName: 'App',
      taskKey: 'compile',
    };
    return createPackages({
      ...stores,
      storage: gridFs ? new GridFsBlobs(this.db, () => this.now) : new FolderBlobs(join(this.folder, 'packages')),
      leases: {
        check: async (_agentId, _attemptId, fencing) =>
          this.leaseHeld && fencing === attempt.fencing ? { ...run, ...this.run, branch: 'main' } : undefined,
      },
      signals: { publish: (signal) => void this.signals.push(signal), subscribe: () => () => undefined },
      clock: { now: () => this.now },
      ids: { next: () => `01jd${String(++this.count).padStart(22, '0')}` },
      crashPoints: { reach: (name) => this.reach(name) },
      integrity,
      policy: async () => this.policy,
    });
  }

  async clear(): Promise<void> {
    for (const name of ['packages', 'uploads', 'blobs']) await this.db.collection(name).deleteMany({});
    await rm(join(this.folder, 'packages'), { recursive: true, force: true });
    this.crashAt = undefined;
    this.policy = {};
    this.leaseHeld = true;
    this.run = {};
    this.signals.length = 0;
  }

  async close(): Promise<void> {
    await this.client.close();
    await this.store.close();
    await rm(this.folder, { recursive: true, force: true });
  }

  private reach(name: string): void {
    if (name !== this.crashAt) return;
    this.crashAt = undefined;
    this.crash(name);
  }
}

export function fileOf(bytes: Buffer, more: Partial<Coordinates> = {}): Coordinates {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  return { directory: 'app/linux', name: 'server', version: '1.0.7', fileName: 'server.tar.gz', sizeBytes: bytes.length, sha256, ...more };
}

export async function* piecesOf(bytes: Buffer, breakAt = Infinity): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 10_000) {
    if (at >= breakAt) throw new Error('the link was cut');
    yield bytes.subarray(at, at + 10_000);
  }
}

/** What a patient agent does: begins, asks how far it got, continues, completes. */
export async function sendAll(packages: Packages, bytes: Buffer, coordinates = fileOf(bytes)): Promise<void> {
  const state = await packages.uploads.createForAgent(attempt, coordinates);
  if (!state.ok) throw new Error(state.detail);
  const { uploadId, offsetBytes, complete } = state.value;
  if (!complete && offsetBytes < bytes.length) {
    const written = await packages.uploads.write(uploadId, attempt, offsetBytes, piecesOf(bytes.subarray(offsetBytes)));
    if (!written.ok) throw new Error(written.detail);
  }
  const done = await packages.uploads.complete(uploadId, attempt);
  if (!done.ok || !done.value.complete) throw new Error('the upload is not complete');
}
