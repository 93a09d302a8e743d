import { Type, type Static } from '@sinclair/typebox';
import { packageCoordinates } from '../agent/uploads.js';
import { Instant, PackageId, PipelineId, ProjectId, RunId } from '../shared/ids.js';
import { Closed } from '../shared/schema.js';
import { pageQuery, PersonRef } from './common.js';

/** B3: a complete package. What made it is absent for one that was uploaded by hand. */
export const Package = Closed({
  id: PackageId,
  projectId: ProjectId,
  ...packageCoordinates,
  createdAt: Instant,
  uploadedBy: Type.Optional(PersonRef),
  run: Type.Optional(
    Closed({ id: RunId, number: Type.Integer(), pipelineId: PipelineId, pipelineName: Type.String(), taskKey: Type.String() }),
  ),
  commit: Type.Optional(Type.String()),
  branch: Type.Optional(Type.String()),
  damaged: Type.Optional(Type.Boolean({ description: 'the stored file no longer has its SHA-256, and is not sent' })),
});
export type Package = Static<typeof Package>;

export const packageListQuery = {
  ...pageQuery,
  directory: Type.Optional(Type.String({ maxLength: 400 })),
  name: Type.Optional(Type.String({ maxLength: 200 })),
  search: Type.Optional(Type.String({ maxLength: 100 })),
};
/** A version of one package with all of its files, the newest first. */
export const PackageVersion = Closed({ version: Type.String(), files: Type.Array(Package) });
export type PackageVersion = Static<typeof PackageVersion>;
/** One level of the directory tree: folders and package names in it. */
export const PackageFolder = Closed({
  directory: Type.String(),
  folders: Type.Array(Type.String()),
  packages: Type.Array(
    Closed({ name: Type.String(), versions: Type.Integer(), newestVersion: Type.String(), newestAt: Instant, sizeBytes: Type.Integer() }),
  ),
  truncated: Type.Boolean(),
});
export type PackageFolder = Static<typeof PackageFolder>;
/** Body of `POST /projects/{id}/uploads`: by hand. */
export const CreateUpload = Closed({ ...packageCoordinates });
