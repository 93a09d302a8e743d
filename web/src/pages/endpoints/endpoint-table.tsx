import type { Endpoint, EndpointInput } from '@drover/protocol/api';
import { ActionIcon } from '@mantine/core';
import { IconBrandDocker, IconDots, IconGitBranch, IconPencil, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { shortDate } from '../../format/times.js';
import { useTongue } from '../../i18n/index.js';
import { Menu, MenuItem, MenuList, MenuTarget } from '../../parts/overlays/menu.js';
import { Tip } from '../../parts/overlays/tip.js';
import { TableHead } from '../../parts/table-head.js';
import { TestButton } from './test-button.js';

interface EndpointActions {
  readonly onEdit: (endpoint: Endpoint) => void;
  readonly onDelete: (endpoint: Endpoint) => void;
}

/** The endpoints of a project: what is known of their credentials, where they are used, and whether they work. */
export function EndpointTable({ endpoints, ...actions }: EndpointActions & { readonly endpoints: readonly Endpoint[] }) {
  const { t } = useTranslation();
  return (
    <table className="grid cards">
      <TableHead
        columns={[t('endpoints.name'), t('endpoints.url'), t('endpoints.credentials'), t('endpoints.usedBy'), t('endpoints.lastTest')]}
        acts
      />
      <tbody>
        {endpoints.map((endpoint) => (
          <EndpointRow key={endpoint.id} endpoint={endpoint} {...actions} />
        ))}
      </tbody>
    </table>
  );
}

type RowProps = EndpointActions & { readonly endpoint: Endpoint };

function EndpointRow({ endpoint, onEdit, onDelete }: RowProps) {
  const { t } = useTranslation();
  return (
    <tr>
      <td>
        <EndpointName endpoint={endpoint} onEdit={onEdit} />
      </td>
      <td data-label={t('endpoints.url')}>
        <span className="mono cut">{endpoint.url}</span>
      </td>
      <td data-label={t('endpoints.credentials')}>
        <Credentials endpoint={endpoint} />
      </td>
      <td data-label={t('endpoints.usedBy')}>
        <UsedBy places={endpoint.usedBy} />
      </td>
      <td data-label={t('endpoints.lastTest')}>
        <TestButton endpoint={endpoint} />
      </td>
      <td>
        <span className="row acts">
          <EndpointMenu endpoint={endpoint} onEdit={onEdit} onDelete={onDelete} />
        </span>
      </td>
    </tr>
  );
}

const kindIcons = { git: IconGitBranch, dockerRegistry: IconBrandDocker } as const satisfies Record<EndpointInput['kind'], unknown>;

function EndpointName({ endpoint, onEdit }: Pick<RowProps, 'endpoint' | 'onEdit'>) {
  const { t } = useTranslation();
  const Icon = kindIcons[endpoint.kind];
  return (
    <div className="row">
      <span className="kind">
        <Icon size={16} stroke={1.75} />
      </span>
      <div className="two">
        <button type="button" className="strong cut link-btn" onClick={() => onEdit(endpoint)}>
          {endpoint.name}
        </button>
        <span className="second">{t(`endpoints.${endpoint.kind}`)}</span>
      </div>
    </div>
  );
}

function Credentials({ endpoint: { user, credentials, changedBy, changedAt } }: { readonly endpoint: Endpoint }) {
  const { t } = useTranslation();
  const tongue = useTongue();
  return (
    <div className="two">
      <span className="cut">
        {credentials.length === 0 && user === undefined ? (
          <span className="faint">{t('endpoints.noCredentials')}</span>
        ) : (
          [user, ...credentials.map((one) => t(`endpoints.${one}_`))].filter((part) => part !== undefined).join(' · ')
        )}
      </span>
      {credentials.length === 0 ? null : (
        <span className="second">{t('endpoints.setBy', { name: changedBy.name, when: shortDate(changedAt, tongue) })}</span>
      )}
    </div>
  );
}

/** The first two pipelines by name, and how many places there are beyond two; all of them in the tip. */
function UsedBy({ places }: { readonly places: Endpoint['usedBy'] }) {
  const { t } = useTranslation();
  if (places.length === 0) return <span className="faint">{t('endpoints.notUsed')}</span>;
  return (
    <Tip label={places.map(({ pipeline, place }) => `${pipeline}: ${place}`).join('\n')}>
      <span tabIndex={0}>
        {[...new Set(places.map(({ pipeline }) => pipeline))].slice(0, 2).join(t('common.comma'))}
        {places.length > 2 ? ` +${places.length - 2}` : ''}
      </span>
    </Tip>
  );
}

function EndpointMenu({ endpoint, onEdit, onDelete }: RowProps) {
  const { t } = useTranslation();
  return (
    <Menu>
      <MenuTarget>
        <ActionIcon aria-label={t('common.moreActions', { name: endpoint.name })}>
          <IconDots size={16} />
        </ActionIcon>
      </MenuTarget>
      <MenuList>
        <MenuItem icon={<IconPencil size={16} />} onClick={() => onEdit(endpoint)}>
          {t('common.edit')}
        </MenuItem>
        <MenuItem danger icon={<IconTrash size={16} />} onClick={() => onDelete(endpoint)}>
          {t('common.delete')}
        </MenuItem>
      </MenuList>
    </Menu>
  );
}
