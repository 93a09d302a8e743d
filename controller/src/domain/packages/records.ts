import type { AgentId, AttemptId, Instant, PackageId, PipelineId, ProjectId, RunId, UploadId, UserId } from '@drover/protocol';
import type { PersonRef } from '@drover/protocol/api';

/** Where a file stands in its project's repository, and what it is. */
export interface Coordinates {
  readonly directory: string;
  readonly name: string;
  readonly version: string;
  readonly fileName: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

export type PackagePlace = Pick<Coordinates, 'directory' | 'name' | 'version' | 'fileName'>;

/** What made a package: a task of a run, or a person. */
export interface Origin {
  readonly uploadedBy?: PersonRef;
  readonly run?: {
    readonly id: RunId;
    readonly number: number;
    readonly pipelineId: PipelineId;
    readonly pipelineName: string;
    readonly taskKey: string;
  };
  readonly commit?: string;
  readonly branch?: string;
}

/** A complete package. Only complete ones have such a record (B2). */
export interface PackageRecord extends Coordinates, Origin {
  readonly _id: PackageId;
  readonly schemaVersion: 1;
  readonly projectId: ProjectId;
  readonly createdAt: Instant;
  /** What search finds it by: lower case. */
  readonly searchText: string;
  /** All runs of one to three letters of it: search is a look at an index. */
  readonly grams: readonly string[];
}

/** Who sends an upload, and may continue with it. */
export type Uploader =
  | { readonly type: 'agent'; readonly agentId: AgentId; readonly attemptId: AttemptId }
  | { readonly type: 'user'; readonly userId: UserId };

export interface UploadRecord {
  readonly _id: UploadId;
  readonly schemaVersion: 1;
  readonly projectId: ProjectId;
  /** Uploader, coordinates and digest as one: asked twice, it is the same upload. */
  readonly identity: string;
  /** The package that it becomes; fixed, so that completing twice makes one. */
  readonly packageId: PackageId;
  readonly uploader: Uploader;
  readonly coordinates: Coordinates;
  readonly origin: Origin;
  readonly complete: boolean;
  readonly createdAt: Instant;
  /** Moved on by each byte that arrives; what is not complete by then is swept. */
  readonly expiresAt: Instant;
}

/** Bytes that packages refer to by their digest, stored once, under the id of the upload that brought them. */
export interface BlobRecord {
  /** SHA-256, hex. */
  readonly _id: string;
  readonly schemaVersion: 1;
  readonly storageKey: UploadId;
  readonly sizeBytes: number;
  /** When somebody last relied on it: a younger blob is never swept, as its package may be about to be written. */
  readonly touchedAt: Instant;
}

/** How long an upload may rest before it is swept. */
export const uploadLifeMs = 86_400_000;
/** How long a blob that nobody refers to is kept. */
export const blobGraceMs = 3_600_000;

/**
 * B3: the package that forbids an upload: a version keeps its bytes. The same bytes are welcome again, and a task of a run
 * may replace what it uploaded itself: its next attempt rarely makes the same bytes.
 */
export const forbidding = (there: readonly PackageRecord[], { coordinates, origin }: Pick<UploadRecord, 'coordinates' | 'origin'>) =>
  there.findLast((known) => known.sha256 !== coordinates.sha256 && !isOfSameTask(known, origin));

/** What an upload replaces: earlier ones of its own task, with other bytes. */
export const replaced = (there: readonly PackageRecord[], { coordinates, origin }: Pick<UploadRecord, 'coordinates' | 'origin'>) =>
  there.filter((known) => known.sha256 !== coordinates.sha256 && isOfSameTask(known, origin));

const isOfSameTask = ({ run: one }: Origin, { run: other }: Origin): boolean =>
  one !== undefined && other !== undefined && one.id === other.id && one.taskKey === other.taskKey;

/** The name by which the same upload is found again. Lengths make it unambiguous. */
export function identityOf(projectId: ProjectId, uploader: Uploader, coordinates: Coordinates): string {
  const who = uploader.type === 'agent' ? taskOf(uploader.attemptId) : uploader.userId;
  const { directory, name, version, fileName, sizeBytes, sha256 } = coordinates;
  return JSON.stringify([projectId, uploader.type, who, directory, name, version, fileName, sizeBytes, sha256]);
}

/** The task of a run that an attempt belongs to: what one attempt began to upload, the next continues with. */
export const taskOf = (attemptId: AttemptId): string => attemptId.slice(0, attemptId.lastIndexOf('.'));

/** The package that a complete upload becomes. */
export function packageOf(upload: UploadRecord, now: Instant): PackageRecord {
  const searchText = searchTextOf(upload.coordinates);
  return {
    _id: upload.packageId,
    schemaVersion: 1,
    projectId: upload.projectId,
    ...upload.coordinates,
    ...upload.origin,
    createdAt: now,
    searchText,
    grams: gramsOf(searchText),
  };
}

const searchTextOf = ({ directory, name, version, fileName }: Coordinates): string =>
  [directory, name, version, fileName].join('\n').toLowerCase();

const gramLengths = [1, 2, 3];

function gramsOf(text: string): readonly string[] {
  const letters = Array.from(text);
  const grams = gramLengths.flatMap((length) => letters.slice(length - 1).map((_, index) => letters.slice(index, index + length).join('')));
  return [...new Set(grams)].filter((gram) => !gram.includes('\n'));
}

/** What a search asks the index for: one gram that every hit has, and the text to look for in each. */
export function searchKeyOf(search: string): { readonly gram: string; readonly text: string } | undefined {
  const text = search.trim().toLowerCase();
  return text === ''
    ? undefined
    : {
        gram: Array.from(text)
          .slice(0, Math.max(...gramLengths))
          .join(''),
        text,
      };
}
