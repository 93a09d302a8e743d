import { PipelineId, ProjectId } from '@drover/protocol';
import { ImportPipeline, ImportResult } from '@drover/protocol/api';
import { PipelineFile } from '@drover/protocol/definition';
import type { PipelinesService } from '../../../../services/pipelines/pipelines.js';
import type { TransferService } from '../../../../services/pipelines/transfer.js';
import { refused } from '../../../../services/result.js';
import { content, json, route, type Route } from '../../route.js';

const tag = 'pipelines';

/** C5: pipelines as files. */
export function transferRoutes({
  transfer,
  pipelines,
}: {
  readonly transfer: TransferService;
  readonly pipelines: PipelinesService;
}): readonly Route[] {
  return [
    route({
      method: 'POST',
      path: '/api/v1/projects/:projectId/pipelines/import',
      operationId: 'importPipeline',
      summary: 'Make a pipeline, or save one, from a drover.yaml',
      tag,
      access: { project: 'modify', of: ({ projectId }) => ({ projectId }) },
      params: { projectId: ProjectId },
      body: { kind: 'json', schema: ImportPipeline, limitBytes: 8_388_608 },
      responses: {
        200: { schema: ImportResult, description: 'Saved over the given one, or only tried.' },
        201: { schema: ImportResult, description: 'Made.' },
      },
      async handler({ actor, params: { projectId }, body, may, creation }) {
        const place = body.pipelineId === undefined ? undefined : await pipelines.place(body.pipelineId);
        if (place?.projectId === projectId && !(await may('modify', place)))
          return refused('forbidden', 'This needs the permission “modify” on the pipeline to import over.');
        const imported = await transfer.import({ actor, projectId, input: body, creation });
        if (!imported.ok) return imported;
        return imported.value.created && body.dryRun !== true ? json(201, imported.value) : json(200, imported.value);
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/pipelines/:pipelineId/export',
      operationId: 'exportPipeline',
      summary: 'The pipeline and its jobs as drover.yaml, without the values of secrets',
      tag,
      access: { project: 'view', of: ({ pipelineId }) => pipelines.place(pipelineId) },
      params: { pipelineId: PipelineId },
      responses: { 200: { contentType: 'text/yaml' } },
      async handler({ params: { pipelineId } }) {
        const exported = await transfer.export(pipelineId);
        if (!exported.ok) return exported;
        return content(200, exported.value.yaml, {
          contentType: 'text/yaml; charset=utf-8',
          headers: { 'Content-Disposition': `attachment; filename="drover.yaml"`, 'X-Content-Type-Options': 'nosniff' },
        });
      },
    }),
    route({
      method: 'GET',
      path: '/api/v1/schemas/drover.yaml.json',
      operationId: 'droverYamlSchema',
      summary: 'JSON Schema of drover.yaml, for editors',
      tag,
      access: 'public',
      responses: { 200: { contentType: 'application/schema+json' } },
      handler: async () => content(200, fileSchema),
    }),
  ];
}

const fileSchema = JSON.stringify({
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  ...PipelineFile,
  $id: 'drover.yaml.json',
  title: 'Drover pipeline',
});
