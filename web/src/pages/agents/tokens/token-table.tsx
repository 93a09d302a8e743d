import type { RegistrationToken } from '@drover/protocol/api';
import { ActionIcon } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useProjects } from '../../../app/project.js';
import { Tip } from '../../../parts/overlays/tip.js';
import { num, TableHead } from '../../../parts/table-head.js';
import { Moment } from '../../../parts/times.js';

interface TableProps {
  readonly tokens: readonly RegistrationToken[];
  readonly onRevoke: (token: RegistrationToken) => void;
}

/** Tokens: what each is for, and how long and how often it still works. */
export function TokenTable({ tokens, onRevoke }: TableProps) {
  const { t } = useTranslation();
  const { data: projects } = useProjects();
  const scopeOf = ({ projectId }: RegistrationToken): string =>
    projectId === undefined ? t('agents.tokens.farm') : (projects?.find(({ id }) => id === projectId)?.name ?? t('common.unknown'));
  return (
    <table className="grid cards">
      <TableHead
        columns={[
          t('agents.tokens.name'),
          t('agents.tokens.scope'),
          num(t('agents.tokens.usesLeft')),
          t('agents.tokens.expires'),
          t('agents.tokens.made'),
        ]}
        acts
      />
      <tbody>
        {tokens.map((token) => (
          <TokenRow key={token.id} token={token} scope={scopeOf(token)} onRevoke={() => onRevoke(token)} />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  readonly token: RegistrationToken;
  readonly scope: string;
  readonly onRevoke: () => void;
}

function TokenRow({ token, scope, onRevoke }: RowProps) {
  const { t } = useTranslation();
  const revoke = t('agents.tokens.revoke', { name: token.name });
  return (
    <tr>
      <td>
        <b className="strong cut">{token.name}</b>
      </td>
      <td data-label={t('agents.tokens.scope')}>{scope}</td>
      <td className="num" data-label={t('agents.tokens.usesLeft')}>
        {token.usesLeft}
      </td>
      <td data-label={t('agents.tokens.expires')}>
        <Moment at={token.expiresAt} coming />
      </td>
      <td className="soft" data-label={t('agents.tokens.made')}>
        {token.createdBy.name}
      </td>
      <td>
        <span className="row acts">
          <Tip label={revoke}>
            <ActionIcon aria-label={revoke} onClick={onRevoke}>
              <IconTrash size={16} stroke={1.75} />
            </ActionIcon>
          </Tip>
        </span>
      </td>
    </tr>
  );
}
