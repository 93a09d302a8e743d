import { Readable } from 'node:stream';
import { Type } from '@sinclair/typebox';
import { PackageId, ProjectId, RunId } from '@drover/protocol';
import { Package, PackageFolder, packageListQuery, PackageVersion, Page, pageQuery } from '@drover/protocol/api';
import type { Place } from '../../../../domain/access/permissions.js';
import type { Repository } from '../../../../services/packages/repository.js';
import { refused, type Refused } from '../../../../services/result.js';
import { attachment } from '../../downloads/attachment.js';
import { askedRange } from '../../downloads/byte-range.js';
import { zipOf } from '../../downloads/zip.js';
import { content, empty, json, route, type Route } from '../../route.js';

export interface PackageRoutesParts {
  readonly repository: Repository;
  /** Where a run belongs, for the permission to see its packages. */
  readonly placeOfRun: (runId: RunId) => Promise<Place | undefined>;
}

const tag = 'packages';
const byProject = {
  params: { projectId: ProjectId },
  access: { project: 'view', of: ({ projectId }: { readonly projectId: ProjectId }) => ({ projectId }) },
} as const;
const pieceBytes = 1_048_576;

/** The package repository (B3) and the packages of a run (V5). */
export function packageRoutes(parts: PackageRoutesParts): readonly Route[] {
  return [
    listRoute(parts),
    folderRoute(parts),
    versionsRoute(parts),
    detailRoute(parts),
    downloadRoute(parts),
    deleteRoute(parts),
    runRoute(parts),
    runZipRoute(parts),
  ];
}

const byPackage = <P extends 'view' | 'delete'>({ repository }: PackageRoutesParts, project: P) => ({
  tag,
  params: { packageId: PackageId },
  access: { project, of: ({ packageId }: { readonly packageId: PackageId }) => repository.byId(packageId) },
});

const byRun = ({ placeOfRun }: PackageRoutesParts) => ({
  tag,
  params: { runId: RunId },
  query: { taskKey: Type.Optional(Type.String({ maxLength: 80 })) },
  access: { project: 'view' as const, of: ({ runId }: { readonly runId: RunId }) => placeOfRun(runId) },
});

const listRoute = ({ repository }: PackageRoutesParts): Route =>
  route({
    ...byProject,
    tag,
    method: 'GET',
    path: '/api/v1/projects/:projectId/packages',
    operationId: 'listPackages',
    summary: 'Files of the package repository, newest first; directory and name narrow it to one package and its versions.',
    query: packageListQuery,
    responses: { 200: { schema: Page(Package) } },
    handler: async ({ params: { projectId }, query: { page = 1, pageSize = 20, directory, name, search } }) =>
      json(
        200,
        await repository.find({
          projectId,
          page,
          pageSize,
          ...(directory === undefined ? {} : { directory }),
          ...(name === undefined ? {} : { name }),
          ...(search === undefined ? {} : { search }),
        }),
      ),
  });

const folderRoute = ({ repository }: PackageRoutesParts): Route =>
  route({
    ...byProject,
    tag,
    method: 'GET',
    path: '/api/v1/projects/:projectId/packages/folders',
    operationId: 'getPackageFolder',
    summary: 'One level of the package repository: folders, and packages with their newest version.',
    query: { directory: Type.Optional(Type.String({ maxLength: 400, default: '' })) },
    responses: { 200: { schema: PackageFolder } },
    handler: async ({ params: { projectId }, query: { directory = '' } }) => json(200, await repository.folder(projectId, directory)),
  });

const versionsRoute = ({ repository }: PackageRoutesParts): Route =>
  route({
    ...byProject,
    tag,
    method: 'GET',
    path: '/api/v1/projects/:projectId/packages/versions',
    operationId: 'listPackageVersions',
    summary: 'Versions of one package, the one with the newest file first, each with all of its files.',
    query: { ...pageQuery, directory: packageListQuery.directory, name: Type.String({ maxLength: 200 }) },
    responses: { 200: { schema: Page(PackageVersion) } },
    handler: async ({ params: { projectId }, query: { page = 1, pageSize = 20, directory = '', name } }) =>
      json(200, await repository.versions({ projectId, page, pageSize, directory, name })),
  });

const detailRoute = (parts: PackageRoutesParts): Route =>
  route({
    ...byPackage(parts, 'view'),
    method: 'GET',
    path: '/api/v1/packages/:packageId',
    operationId: 'getPackage',
    summary: 'A package, and what made it.',
    responses: { 200: { schema: Package } },
    handler: async ({ params: { packageId } }) => {
      const found = await parts.repository.byId(packageId);
      return found ? json(200, found) : unknownPackage(packageId);
    },
  });

const downloadRoute = (parts: PackageRoutesParts): Route =>
  route({
    ...byPackage(parts, 'view'),
    method: 'GET',
    path: '/api/v1/packages/:packageId/content',
    operationId: 'downloadPackage',
    summary: 'The file of a package, or a range of it.',
    headers: {
      range: Type.Optional(Type.String({ maxLength: 200 })),
      'if-range': Type.Optional(Type.String({ maxLength: 200 })),
      'if-none-match': Type.Optional(Type.String({ maxLength: 2_000 })),
    },
    responses: {
      200: { contentType: 'application/octet-stream' },
      206: { contentType: 'application/octet-stream' },
      304: { description: 'the file that the caller has is this one' },
    },
    handler: async ({ params: { packageId }, headers: asked }) => {
      const found = await parts.repository.byId(packageId);
      if (!found) return unknownPackage(packageId);
      const etag = `"${found.sha256}"`;
      const headers = { ...attachment(found.fileName), ETag: etag, 'Accept-Ranges': 'bytes', 'Cache-Control': 'private, no-cache' };
      if (asked['if-none-match']?.includes(etag)) return empty(304, headers);
      const range = askedRange(asked['if-range'] === undefined || asked['if-range'] === etag ? asked.range : undefined, found.sizeBytes);
      if (range.type === 'none') return refused('rangeNotSatisfiable', `The file has ${found.sizeBytes} bytes.`);
      const { from, to } = range.type === 'part' ? range : { from: 0, to: found.sizeBytes };
      const source = await parts.repository.content(found, to - from === found.sizeBytes ? 'whole' : { from, to });
      if (!source) return unknownPackage(packageId);
      const bytes = Readable.from(source, { objectMode: false, highWaterMark: pieceBytes });
      const sized = { ...headers, 'Content-Length': String(to - from) };
      if (range.type === 'whole') return content(200, bytes, { headers: sized });
      return content(206, bytes, { headers: { ...sized, 'Content-Range': `bytes ${from}-${to - 1}/${found.sizeBytes}` } });
    },
  });

const deleteRoute = (parts: PackageRoutesParts): Route =>
  route({
    ...byPackage(parts, 'delete'),
    method: 'DELETE',
    path: '/api/v1/packages/:packageId',
    operationId: 'deletePackage',
    summary: 'Deletes a package.',
    responses: { 204: { description: 'deleted' } },
    handler: async ({ params: { packageId } }) => ((await parts.repository.remove(packageId)) ? empty(204) : unknownPackage(packageId)),
  });

const runRoute = (parts: PackageRoutesParts): Route =>
  route({
    ...byRun(parts),
    method: 'GET',
    path: '/api/v1/runs/:runId/packages',
    operationId: 'listRunPackages',
    summary: 'The newest ten packages of a run, or of one of its tasks.',
    responses: { 200: { schema: Type.Array(Package) } },
    handler: async ({ params: { runId }, query: { taskKey } }) => json(200, await parts.repository.ofRun(runId, taskKey)),
  });

const runZipRoute = (parts: PackageRoutesParts): Route =>
  route({
    ...byRun(parts),
    method: 'GET',
    path: '/api/v1/runs/:runId/packages.zip',
    operationId: 'downloadRunPackages',
    summary: 'The packages that the run page shows, in one archive.',
    responses: { 200: { contentType: 'application/zip' } },
    handler: async ({ params: { runId }, query: { taskKey }, signal }) => {
      const packages = await parts.repository.ofRun(runId, taskKey);
      const [first] = packages;
      if (!first) return refused('notFound', 'There are no packages to download.');
      for (const each of packages) await parts.repository.content(each, 'whole'); // damage that is known, or quickly found, is answered with a problem
      const name = [first.run?.pipelineName ?? 'packages', first.run?.number, taskKey].filter((part) => part !== undefined).join('-');
      return content(200, zipOf(parts.repository, packages, signal), { headers: attachment(`${name}.zip`) });
    },
  });

const unknownPackage = (packageId: PackageId): Refused => refused('notFound', `There is no package ${packageId}.`);
