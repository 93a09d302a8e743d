import type { Endpoint, Project } from '@drover/protocol/api';
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { get } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { paths } from '../../app/paths.js';
import { useFollowProject } from '../../app/project.js';
import { TopBar } from '../../frame/top-bar.js';
import { Empty, Loaded } from '../../parts/states.js';
import { DeleteEndpoint } from './delete-endpoint.js';
import { EndpointDialog } from './endpoint-dialog.js';
import { EndpointTable } from './endpoint-table.js';

type Open = { readonly type: 'new' } | { readonly type: 'edit' | 'delete'; readonly endpoint: Endpoint } | undefined;

/** E1–E4: the project's endpoints; credentials go in and are never shown. */
export default function EndpointsPage() {
  const { t } = useTranslation();
  const { projectId = '' } = useParams();
  useFollowProject(projectId);
  const project = useQuery({ queryKey: keys.project(projectId), queryFn: () => get<Project>(`/projects/${projectId}`) });
  const query = useQuery({
    queryKey: keys.endpoints(projectId),
    queryFn: () => get<readonly Endpoint[]>(`/projects/${projectId}/endpoints`),
  });
  const [open, setOpen] = useState<Open>(undefined);
  const add = (
    <Button variant="filled" leftSection={<IconPlus size={16} />} onClick={() => setOpen({ type: 'new' })}>
      {t('endpoints.new')}
    </Button>
  );
  return (
    <>
      <TopBar
        title={t('endpoints.title')}
        crumbs={[{ label: project.data?.name ?? '…', to: paths.projectPipelines(projectId) }, { label: t('endpoints.title') }]}
      />
      <div className="filters">
        <span className="grow" />
        {add}
      </div>
      <div className="scroll">
        <Loaded query={query}>
          {(endpoints) =>
            endpoints.length === 0 ? (
              <Empty title={t('endpoints.emptyTitle')} actions={add}>
                {t('endpoints.emptyText')}
              </Empty>
            ) : (
              <EndpointTable
                endpoints={endpoints}
                onEdit={(endpoint) => setOpen({ type: 'edit', endpoint })}
                onDelete={(endpoint) => setOpen({ type: 'delete', endpoint })}
              />
            )
          }
        </Loaded>
      </div>
      <OpenDialog open={open} projectId={projectId} onClose={() => setOpen(undefined)} />
    </>
  );
}

interface OpenProps {
  readonly open: Open;
  readonly projectId: string;
  readonly onClose: () => void;
}

function OpenDialog({ open, projectId, onClose }: OpenProps) {
  switch (open?.type) {
    case undefined:
      return null;
    case 'new':
      return <EndpointDialog projectId={projectId} onClose={onClose} />;
    case 'edit':
      return <EndpointDialog key={open.endpoint.id} projectId={projectId} endpoint={open.endpoint} onClose={onClose} />;
    case 'delete':
      return <DeleteEndpoint endpoint={open.endpoint} projectId={projectId} onClose={onClose} />;
  }
}
