import type { Endpoint, EndpointInput, Project } from '@drover/protocol/api';
import { ActionIcon, Button } from '@mantine/core';
import { IconBrandDocker, IconDots, IconGitBranch, IconPencil, IconPlus, IconTrash } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useParams } from 'react-router';
import { get, remove } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { paths } from '../../app/paths.js';
import { useFollowProject } from '../../app/project.js';
import { shortDate } from '../../format/times.js';
import { TopBar } from '../../frame/top-bar.js';
import { useTongue } from '../../i18n/index.js';
import { ConfirmDialog } from '../../parts/dialogs.js';
import { Empty, Loaded } from '../../parts/states.js';
import { useDone } from '../../parts/use-save.js';
import { EndpointDialog } from './endpoint-dialog.js';
import { TestButton } from './test-button.js';
import { Menu, MenuItem, MenuList, MenuTarget } from '../../parts/menu.js';
import { Tip } from '../../parts/tip.js';

type Open = { readonly type: 'new' } | { readonly type: 'edit' | 'delete'; readonly endpoint: Endpoint } | undefined;

/** E1–E4: the project's endpoints; credentials go in and are never shown. */
export default function EndpointsPage() {
  const { t } = useTranslation();
  const { projectId = '' } = useParams();
  useFollowProject(projectId);
  const done = useDone();
  const project = useQuery({ queryKey: keys.project(projectId), queryFn: () => get<Project>(`/projects/${projectId}`) });
  const query = useQuery({
    queryKey: keys.endpoints(projectId),
    queryFn: () => get<readonly Endpoint[]>(`/projects/${projectId}/endpoints`),
  });
  const [open, setOpen] = useState<Open>(undefined);
  const close = (): void => setOpen(undefined);
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
              <Table endpoints={endpoints} onOpen={setOpen} />
            )
          }
        </Loaded>
      </div>
      {open?.type === 'new' ? <EndpointDialog projectId={projectId} onClose={close} /> : null}
      {open?.type === 'edit' ? <EndpointDialog projectId={projectId} endpoint={open.endpoint} onClose={close} /> : null}
      {open?.type === 'delete' ? (
        <ConfirmDialog
          title={t('endpoints.deleteTitle', { name: open.endpoint.name })}
          action={t('endpoints.delete')}
          onClose={close}
          onConfirm={() =>
            remove(`/endpoints/${open.endpoint.id}`).then(() =>
              done(t('endpoints.deleted', { name: open.endpoint.name }), keys.endpoints(projectId)),
            )
          }
        >
          {t('endpoints.deleteText')}{' '}
          {open.endpoint.usedBy.length === 0
            ? null
            : t('endpoints.deleteUsed', {
                places: open.endpoint.usedBy.map(({ pipeline, place }) => `${pipeline} (${place})`).join(t('common.comma')),
              })}
        </ConfirmDialog>
      ) : null}
    </>
  );
}

export const kindIcons = { git: IconGitBranch, dockerRegistry: IconBrandDocker } as const satisfies Record<EndpointInput['kind'], unknown>;

function Table({ endpoints, onOpen }: { readonly endpoints: readonly Endpoint[]; readonly onOpen: (open: Open) => void }) {
  const { t } = useTranslation();
  return (
    <table className="grid cards">
      <thead>
        <tr>
          <th>{t('endpoints.name')}</th>
          <th>{t('endpoints.url')}</th>
          <th>{t('endpoints.credentials')}</th>
          <th>{t('endpoints.usedBy')}</th>
          <th>{t('endpoints.lastTest')}</th>
          <th>
            <span className="sr">{t('common.actions')}</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {endpoints.map((endpoint) => (
          <Row key={endpoint.id} endpoint={endpoint} onOpen={onOpen} />
        ))}
      </tbody>
    </table>
  );
}

function Row({ endpoint, onOpen }: { readonly endpoint: Endpoint; readonly onOpen: (open: Open) => void }) {
  const { t } = useTranslation();
  const tongue = useTongue();
  const Icon = kindIcons[endpoint.kind];
  const edit = (): void => onOpen({ type: 'edit', endpoint });
  return (
    <tr>
      <td>
        <div className="row">
          <span className="kind">
            <Icon size={16} stroke={1.75} />
          </span>
          <div className="two">
            <button type="button" className="strong cut link-btn" onClick={edit}>
              {endpoint.name}
            </button>
            <span className="second">{t(`endpoints.${endpoint.kind}`)}</span>
          </div>
        </div>
      </td>
      <td data-label={t('endpoints.url')}>
        <span className="mono cut">{endpoint.url}</span>
      </td>
      <td data-label={t('endpoints.credentials')}>
        <div className="two">
          <span className="cut">
            {endpoint.credentials.length === 0 && endpoint.user === undefined ? (
              <span className="faint">{t('endpoints.noCredentials')}</span>
            ) : (
              [endpoint.user, ...endpoint.credentials.map((one) => t(`endpoints.${one}_`))].filter((part) => part !== undefined).join(' · ')
            )}
          </span>
          {endpoint.credentials.length === 0 ? null : (
            <span className="second">
              {t('endpoints.setBy', { name: endpoint.changedBy.name, when: shortDate(endpoint.changedAt, tongue) })}
            </span>
          )}
        </div>
      </td>
      <td data-label={t('endpoints.usedBy')}>
        {endpoint.usedBy.length === 0 ? (
          <span className="faint">{t('endpoints.notUsed')}</span>
        ) : (
          <Tip label={endpoint.usedBy.map(({ pipeline, place }) => `${pipeline}: ${place}`).join('\n')}>
            <span tabIndex={0}>
              {[...new Set(endpoint.usedBy.map(({ pipeline }) => pipeline))].slice(0, 2).join(t('common.comma'))}
              {endpoint.usedBy.length > 2 ? ` +${endpoint.usedBy.length - 2}` : ''}
            </span>
          </Tip>
        )}
      </td>
      <td data-label={t('endpoints.lastTest')}>
        <TestButton endpoint={endpoint} />
      </td>
      <td>
        <span className="row acts">
          <Menu>
            <MenuTarget>
              <ActionIcon aria-label={t('common.moreActions', { name: endpoint.name })}>
                <IconDots size={16} />
              </ActionIcon>
            </MenuTarget>
            <MenuList>
              <MenuItem icon={<IconPencil size={16} />} onClick={edit}>
                {t('common.edit')}
              </MenuItem>
              <MenuItem danger icon={<IconTrash size={16} />} onClick={() => onOpen({ type: 'delete', endpoint })}>
                {t('common.delete')}
              </MenuItem>
            </MenuList>
          </Menu>
        </span>
      </td>
    </tr>
  );
}
