import { asId, type PackageId, type ProblemCode, type ProjectId, type UploadId } from '@drover/protocol';
import type { UploadState } from '@drover/protocol/agent';
import type { UserActor } from '../ports/access.js';
import {
  forbidding,
  identityOf,
  packageOf,
  replaced,
  taskOf,
  uploadLifeMs,
  type BlobRecord,
  type Coordinates,
  type Origin,
  type PackageRecord,
  type Uploader,
  type UploadRecord,
} from '../../domain/packages/records.js';
import type { Clock, CrashPoints, Ids } from '../ports/environment.js';
import type { Leases } from '../ports/leases.js';
import type { Signals } from '../ports/signals.js';
import { ok, refused, type Refused, type Result } from '../result.js';
import { Serial } from '../serial.js';
import { Damaged } from '../integrity/damaged.js';
import type { Integrity } from '../integrity/integrity.js';
import type { BlobStorage } from './blob-storage.js';
import { blobIdOf, storedBlob } from './stored-blob.js';
import type { BlobStore, PackageStore, UploadStore } from './stores.js';

export interface UploadPorts {
  readonly storage: BlobStorage;
  readonly packages: PackageStore;
  readonly uploads: UploadStore;
  readonly blobs: BlobStore;
  readonly leases: Leases;
  readonly signals: Signals;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly crashPoints: CrashPoints;
  readonly integrity: Integrity;
}

/** An agent's lease, as its request tells it. */
export interface AgentCaller {
  readonly type: 'agent';
  readonly agentId: Extract<Uploader, { type: 'agent' }>['agentId'];
  readonly attemptId: Extract<Uploader, { type: 'agent' }>['attemptId'];
  readonly fencing: number;
}
export type Caller = AgentCaller | { readonly type: 'user'; readonly actor: UserActor };

/** A complete upload is remembered this long, so that a late retry still hears that it is complete. */
const completeLifeMs = 7 * uploadLifeMs;

/** Takes packages in: resumable, checked, visible only when complete (B2). Every step may be done twice. */
export class Uploads {
  private readonly serial = new Serial<UploadId>();
  /** One after the other where they could forbid each other. */
  private readonly places = new Serial<string>();

  constructor(private readonly ports: UploadPorts) {}

  /** The same task of a run, coordinates and digest give the same upload: an attempt continues with what a lost one began. */
  async createForAgent(caller: AgentCaller, coordinates: Coordinates): Promise<Result<UploadState>> {
    const { agentId, attemptId } = caller;
    const facts = await this.ports.leases.check(agentId, attemptId, caller.fencing);
    if (!facts) return staleLease(caller);
    const { projectId, runId, runNumber, pipelineId, pipelineName, taskKey, commit, branch } = facts;
    const run = { id: runId, number: runNumber, pipelineId, pipelineName, taskKey };
    const origin = { run, ...(commit === undefined ? {} : { commit }), ...(branch === undefined ? {} : { branch }) };
    return this.open(projectId, { type: 'agent', agentId, attemptId }, coordinates, origin);
  }

  async createByHand(actor: UserActor, projectId: ProjectId, coordinates: Coordinates): Promise<Result<UploadState>> {
    const origin = { uploadedBy: { userId: actor.userId, name: actor.name } };
    return this.open(projectId, { type: 'user', userId: actor.userId }, coordinates, origin);
  }

  /** The project of an upload, for the permission to continue with it. */
  async placeOf(uploadId: UploadId): Promise<{ readonly projectId: ProjectId } | undefined> {
    const upload = await this.ports.uploads.byId(uploadId);
    return upload && { projectId: upload.projectId };
  }

  async state(uploadId: UploadId, caller: Caller): Promise<Result<UploadState>> {
    const upload = await this.upload(uploadId, caller);
    return upload.ok ? ok(await this.stateOf(upload.value)) : upload;
  }

  /** Appends bytes at the stored end; what arrived before the sender broke off stays. */
  async write(uploadId: UploadId, caller: Caller, offset: number, source: AsyncIterable<Uint8Array>): Promise<Result<UploadState>> {
    const found = await this.upload(uploadId, caller);
    if (!found.ok) return found;
    const upload = found.value;
    const { sizeBytes } = upload.coordinates;
    const end = upload.complete ? sizeBytes : await this.ports.storage.end(uploadId);
    if (offset !== end) return refused('uploadOffsetMismatch', `The upload continues at byte ${end}; the request began at ${offset}.`);
    if (upload.complete) return ok(await this.stateOf(upload));
    await this.ports.uploads.extend(uploadId, this.ports.clock.now() + uploadLifeMs);
    const written = await this.ports.storage.write(uploadId, offset, source, sizeBytes - offset);
    this.ports.crashPoints.reach('controller.upload.bytes');
    if (written.broken?.reason === 'storageFull')
      return refused('storageFull', `The storage for packages is full; ${written.end} bytes are kept.`);
    if (written.broken?.reason === 'tooMuch')
      return refused('payloadTooLarge', `The request has more bytes than the upload, which was announced with ${sizeBytes}.`);
    if (written.broken?.reason === 'overtaken') return refused('conflict', 'Another request continues with this upload.');
    if (written.broken) throw written.broken.cause;
    return ok({ uploadId, offsetBytes: written.end, sizeBytes, complete: false });
  }

  /** Checks the digest and makes the package visible. A second call finds it complete. */
  async complete(uploadId: UploadId, caller: Caller): Promise<Result<UploadState>> {
    return this.serial.run(uploadId, async () => {
      const found = await this.upload(uploadId, caller);
      if (!found.ok) return found;
      const upload = found.value;
      if (upload.complete) return ok(await this.stateOf(upload));
      await this.ports.uploads.extend(uploadId, this.ports.clock.now() + uploadLifeMs);
      const fault = await this.verified(upload);
      if (fault) return fault;
      const taken = await this.places.run(placeKey(upload), async () => (await this.takenBy(upload)) ?? (await this.publish(upload)));
      if (!taken) return ok(await this.stateOf({ ...upload, complete: true }));
      await this.ports.storage.remove(uploadId);
      await this.ports.uploads.remove(uploadId);
      return taken;
    });
  }

  /** The package that a complete upload became. */
  async packageOf(uploadId: UploadId): Promise<PackageId | undefined> {
    const upload = await this.ports.uploads.byId(uploadId);
    return upload?.complete ? upload.packageId : undefined;
  }

  /** Gives an upload up. What is complete stays. */
  async discard(uploadId: UploadId, caller: Caller): Promise<Result<undefined>> {
    return this.serial.run(uploadId, async () => {
      const found = await this.upload(uploadId, caller);
      if (!found.ok) return found;
      if (found.value.complete) return refused('conflict', 'The upload is complete: delete its package instead.');
      await this.ports.storage.remove(uploadId);
      await this.ports.uploads.remove(uploadId);
      return ok(undefined);
    });
  }

  private async open(projectId: ProjectId, uploader: Uploader, given: Coordinates, origin: Origin): Promise<Result<UploadState>> {
    const { ids, clock, crashPoints } = this.ports;
    const { directory, name, version, fileName, sizeBytes, sha256 } = given;
    const coordinates = { directory: directory.replace(/\/+/g, '/').replace(/\/$/, ''), name, version, fileName, sizeBytes, sha256 };
    const now = clock.now();
    const fresh: UploadRecord = {
      _id: asId<UploadId>(ids.next()),
      schemaVersion: 1,
      projectId,
      identity: identityOf(projectId, uploader, coordinates),
      packageId: asId<PackageId>(ids.next()),
      uploader,
      coordinates,
      origin,
      complete: false,
      createdAt: now,
      expiresAt: now + uploadLifeMs,
    };
    const taken = await this.takenBy(fresh);
    if (taken) return taken;
    const upload = await this.begun(fresh);
    crashPoints.reach('controller.upload.inserted');
    return ok(await this.stateOf(upload));
  }

  /** The refusal where other bytes are there already. */
  private async takenBy(upload: UploadRecord): Promise<Refused | undefined> {
    const first = forbidding(await this.ports.packages.at(upload.projectId, upload.coordinates), upload);
    return first && refused('conflict', takenInWords(first));
  }

  /** The upload of this identity: one that was begun before, unless its package was deleted since. */
  private async begun(fresh: UploadRecord): Promise<UploadRecord> {
    const { uploads, packages } = this.ports;
    const known = await uploads.insert(fresh);
    if (!known.complete || (await packages.byId(known.packageId))) return known;
    await uploads.remove(known._id);
    return uploads.insert(fresh);
  }

  /** The upload, if the caller is the one who sends it and still may. */
  private async upload(uploadId: UploadId, caller: Caller): Promise<Result<UploadRecord>> {
    const upload = await this.ports.uploads.byId(uploadId);
    if (!upload || !isTheirs(upload.uploader, caller)) return refused('notFound', `There is no upload ${uploadId}.`);
    if (caller.type === 'agent' && !(await this.ports.leases.check(caller.agentId, caller.attemptId, caller.fencing)))
      return staleLease(caller);
    return ok(upload);
  }

  private async stateOf({ _id, coordinates, complete }: UploadRecord): Promise<UploadState> {
    const { sizeBytes } = coordinates;
    return { uploadId: _id, offsetBytes: complete ? sizeBytes : await this.ports.storage.end(_id), sizeBytes, complete };
  }

  private async verified({ _id, coordinates }: UploadRecord): Promise<Refused | undefined> {
    const end = await this.ports.storage.end(_id);
    if (end !== coordinates.sizeBytes) return refused('uploadOffsetMismatch', `The upload has ${end} of ${coordinates.sizeBytes} bytes.`);
    const sha256 = await this.ports.storage.digest(_id);
    this.ports.crashPoints.reach('controller.upload.verified');
    if (sha256 === coordinates.sha256) return undefined;
    await this.ports.storage.remove(_id);
    return refused(
      'checksumMismatch',
      `The bytes have SHA-256 ${sha256}, announced was ${coordinates.sha256}; send them again from the beginning.`,
    );
  }

  /** Of two copies the older stays, unless it is damaged: then the package files that refer to it get the new one. */
  private async dropOne(blob: BlobRecord, fresh: UploadId): Promise<void> {
    const { storage, blobs, integrity } = this.ports;
    const isSound = await integrity.assure(storedBlob(storage, blob)).then(
      () => true,
      (error: unknown) => {
        if (error instanceof Damaged) return false;
        throw error;
      },
    );
    if (isSound || !(await blobs.move(blob, fresh))) return storage.remove(fresh);
    await storage.remove(blob.storageKey);
    await integrity.forget(blobIdOf(blob._id));
  }

  private async publish(upload: UploadRecord): Promise<undefined> {
    const { storage, blobs, packages, uploads, crashPoints, signals, clock } = this.ports;
    const { sha256, sizeBytes } = upload.coordinates;
    await storage.keep(upload._id);
    crashPoints.reach('controller.upload.renamed');
    const blob = await blobs.claim({ _id: sha256, schemaVersion: 1, storageKey: upload._id, sizeBytes, touchedAt: clock.now() });
    crashPoints.reach('controller.blob.inserted');
    const before = replaced(await packages.at(upload.projectId, upload.coordinates), upload);
    await packages.insert(packageOf(upload, clock.now()));
    crashPoints.reach('controller.package.inserted');
    for (const { _id } of before) await packages.remove(_id);
    await uploads.complete(upload._id, clock.now() + completeLifeMs);
    crashPoints.reach('controller.upload.completed');
    if (blob.storageKey !== upload._id) await this.dropOne(blob, upload._id);
    const run = upload.origin.run;
    signals.publish({ type: 'packagesChanged', projectId: upload.projectId, ...(run ? { runId: run.id } : {}) });
  }
}

const isTheirs = (uploader: Uploader, caller: Caller): boolean =>
  uploader.type === 'agent'
    ? caller.type === 'agent' && taskOf(caller.attemptId) === taskOf(uploader.attemptId) // which agent may, its lease says
    : caller.type === 'user' && caller.actor.userId === uploader.userId;

const placeKey = ({ projectId, coordinates: { directory, name, version, fileName } }: UploadRecord): string =>
  JSON.stringify([projectId, directory, name, version, fileName]);

function takenInWords({ name, version, fileName, run, uploadedBy }: PackageRecord): string {
  const who = run ? `run #${run.number} of “${run.pipelineName}”` : (uploadedBy?.name ?? 'somebody');
  return `“${fileName}” of ${name} ${version} is there already with other bytes, uploaded by ${who}: use another version, or delete that package first.`;
}

const staleLease = ({ attemptId, fencing }: AgentCaller): Refused =>
  refused('leaseStale' satisfies ProblemCode, `The agent does not hold attempt ${attemptId} under fencing number ${fencing}.`);
