import type { User } from '@drover/protocol/api';
import { ActionIcon } from '@mantine/core';
import { IconPencil, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { num, TableHead } from '../../parts/table-head.js';
import { Moment } from '../../parts/times.js';
import { Tip } from '../../parts/overlays/tip.js';

interface TableProps {
  readonly users: readonly User[];
  /** Nobody deletes their own account. */
  readonly ownId: string | undefined;
  readonly onEdit: (user: User) => void;
  readonly onDelete: (user: User) => void;
}

/** Everyone who has an account, with role and state. */
export function UserTable({ users, ownId, onEdit, onDelete }: TableProps) {
  const { t } = useTranslation();
  return (
    <table className="grid dense cards">
      <TableHead columns={[t('users.name'), t('users.displayName'), t('users.role'), t('users.state'), num(t('users.created'))]} acts />
      <tbody>
        {users.map((user) => (
          <UserRow key={user.id} user={user} onEdit={() => onEdit(user)} onDelete={user.id === ownId ? undefined : () => onDelete(user)} />
        ))}
      </tbody>
    </table>
  );
}

interface RowProps {
  readonly user: User;
  readonly onEdit: () => void;
  readonly onDelete: (() => void) | undefined;
}

function UserRow({ user, onEdit, onDelete }: RowProps) {
  const { t } = useTranslation();
  const edit = t('users.edit', { name: user.name });
  const forget = t('users.delete', { name: user.name });
  return (
    <tr>
      <td>
        <span className="strong cut">{user.name}</span>
      </td>
      <td data-label={t('users.displayName')}>
        <span className="cut">{user.displayName}</span>
      </td>
      <td data-label={t('users.role')}>
        {user.administrator ? t('users.administrator') : <span className="faint">{t('users.person')}</span>}
      </td>
      <td data-label={t('users.state')}>
        {user.disabled ? <span className="chip">{t('users.disabled')}</span> : <span className="faint">{t('users.active')}</span>}
      </td>
      <td className="num" data-label={t('users.created')}>
        <Moment at={user.createdAt} />
      </td>
      <td>
        <span className="row acts">
          <Tip label={edit}>
            <ActionIcon aria-label={edit} onClick={onEdit}>
              <IconPencil size={16} />
            </ActionIcon>
          </Tip>
          {onDelete === undefined ? null : (
            <Tip label={forget}>
              <ActionIcon aria-label={forget} onClick={onDelete}>
                <IconTrash size={16} />
              </ActionIcon>
            </Tip>
          )}
        </span>
      </td>
    </tr>
  );
}
