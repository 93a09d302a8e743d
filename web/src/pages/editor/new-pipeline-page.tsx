import type { Job, Pipeline } from '@drover/protocol/api';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { get, post } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { chooseProject, useCurrentProject, useProjects } from '../../app/project.js';
import { blankDefinition, freeName } from '../../editor/definition.js';
import { TopBar } from '../../frame/top-bar.js';
import { Loaded, Loading } from '../../parts/states.js';
import { NoPipelines } from '../pipelines/no-pipelines.js';
import { PipelineEditor } from './pipeline-editor.js';

/** C1–C3: a new pipeline, blank or a copy; nothing is stored before it is saved. */
export default function NewPipelinePage() {
  const { t } = useTranslation();
  const [address] = useSearchParams();
  const copyOf = address.get('copy') ?? undefined;
  const original = useQuery({
    queryKey: keys.pipeline(copyOf ?? ''),
    queryFn: () => get<Pipeline>(`/pipelines/${copyOf ?? ''}`),
    enabled: copyOf !== undefined,
  });
  const { data: projects } = useProjects();
  const current = useCurrentProject();
  const top = <TopBar title={t('editor.new')} crumbs={[{ label: t('editor.new') }]} />;
  if (copyOf !== undefined)
    return original.data === undefined ? (
      <>
        {top}
        <Loaded query={original}>{() => null}</Loaded>
      </>
    ) : (
      <New key={copyOf} original={original.data} projectId={original.data.projectId} />
    );
  if (projects?.length === 0)
    return (
      <>
        {top}
        <NoPipelines onImport={() => undefined} />
      </>
    );
  const projectId = projects?.find(({ id }) => id === address.get('project'))?.id ?? current?.id;
  return projectId === undefined ? (
    <>
      {top}
      <Loading />
    </>
  ) : (
    <New key="blank" projectId={projectId} />
  );
}

function New({ original, projectId: first }: { readonly original?: Pipeline; readonly projectId: string }) {
  const { t } = useTranslation();
  const [projectId, setProjectId] = useState(first);
  const [address] = useSearchParams();
  const jobs = useQuery({ queryKey: keys.jobs(projectId), queryFn: () => get<readonly Job[]>(`/projects/${projectId}/jobs`) });
  const query = address.size === 0 ? '' : `?${new URLSearchParams([...address].filter(([name]) => name !== 'at')).toString()}`;
  const title = original === undefined ? t('editor.new') : t('editor.copyOf', { name: original.definition.name });
  const choose = (id: string): void => {
    setProjectId(id);
    chooseProject(id);
  };
  return (
    <PipelineEditor
      title={title}
      crumbs={[{ label: title }]}
      isNew
      copied={original !== undefined}
      mayModify
      definition={
        original === undefined ? blankDefinition : { ...original.definition, name: freeName(`${original.definition.name} copy`, []) }
      }
      secretsSet={original?.secretsSet ?? []}
      jobs={jobs.data}
      projectId={projectId}
      {...(original === undefined ? { project: { id: projectId, choose } } : {})}
      tabPath={(tab) => `/pipelines/new${tab === 'basics' ? '' : `/${tab}`}${query}`}
      save={(body) =>
        post<Pipeline>(`/projects/${projectId}/pipelines`, { ...body, ...(original === undefined ? {} : { copyOf: original.id }) })
      }
    />
  );
}
