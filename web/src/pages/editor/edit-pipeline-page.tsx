import type { Job, Pipeline } from '@drover/protocol/api';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { get, put } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { paths } from '../../app/paths.js';
import { useFollowProject } from '../../app/project.js';
import { TopBar } from '../../frame/top-bar.js';
import { useWatch } from '../../live/live.js';
import { Loaded } from '../../parts/states.js';
import { PipelineEditor } from './pipeline-editor.js';

/** W: changes a pipeline. */
export default function EditPipelinePage() {
  const { t } = useTranslation();
  const { pipelineId = '' } = useParams();
  const pipeline = useQuery({
    queryKey: keys.pipeline(pipelineId),
    queryFn: () => get<Pipeline>(`/pipelines/${pipelineId}`),
    staleTime: Infinity,
    refetchOnMount: 'always',
    gcTime: 0,
  });
  const projectId = pipeline.data?.projectId;
  useFollowProject(projectId);
  const jobs = useQuery({
    queryKey: keys.jobs(projectId ?? ''),
    queryFn: () => get<readonly Job[]>(`/projects/${projectId ?? ''}/jobs`),
    enabled: projectId !== undefined,
  });
  // What the cache may hold from before is not edited; what comes later, by a reconnect or from others, leaves the draft alone.
  if (pipeline.data === undefined || !pipeline.isFetchedAfterMount)
    return (
      <>
        <TopBar title={t('editor.edit')} crumbs={[{ label: t('editor.edit') }]} />
        <Loaded query={pipeline}>{() => null}</Loaded>
      </>
    );
  return <Loaded query={pipeline}>{(data) => <Existing key={data.id} pipeline={data} jobs={jobs.data} />}</Loaded>;
}

function Existing({ pipeline, jobs }: { readonly pipeline: Pipeline; readonly jobs: readonly Job[] | undefined }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  useWatch({ type: 'watchRuns', pipelineId: pipeline.id });
  return (
    <PipelineEditor
      title={t('editor.title', { name: pipeline.definition.name })}
      crumbs={[
        { label: pipeline.projectName, to: paths.projectPipelines(pipeline.projectId) },
        { label: pipeline.definition.name, to: paths.history(pipeline.id) },
        { label: t('editor.edit') },
      ]}
      definition={pipeline.definition}
      version={pipeline.version}
      secretsSet={pipeline.secretsSet}
      next={pipeline.autoIncrement}
      jobs={jobs}
      projectId={pipeline.projectId}
      mayModify={pipeline.mayModify}
      isNew={false}
      copied={false}
      tabPath={(tab) => paths.edit(pipeline.id, tab === 'workflow' ? undefined : tab)}
      save={async (body) => {
        const saved = await put<Pipeline>(`/pipelines/${pipeline.id}`, body);
        cache.setQueryData(keys.pipeline(pipeline.id), saved);
        return saved;
      }}
      reload={() => get<Pipeline>(`/pipelines/${pipeline.id}`)}
    />
  );
}
