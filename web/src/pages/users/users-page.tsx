import type { User } from '@drover/protocol/api';
import { ActionIcon, Button } from '@mantine/core';
import { IconPencil, IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { Heading, TopBar } from '../../frame/top-bar.js';
import { Loaded } from '../../parts/states.js';
import { Moment } from '../../parts/times.js';
import { ChangeUserDialog, NewUserDialog } from './user-dialogs.js';
import { Tip } from '../../parts/tip.js';

/** Everyone who may sign in; for administrators. */
export default function UsersPage() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: keys.users, queryFn: () => get<readonly User[]>('/users') });
  const [adding, setAdding] = useState(false);
  const [edited, setEdited] = useState<User | undefined>(undefined);
  return (
    <>
      <TopBar title={t('users.title')} heading={<Heading count={query.data?.length}>{t('users.title')}</Heading>} />
      <div className="filters">
        <span className="faint grow">{query.error === null ? null : t('users.onlyAdministrators')}</span>
        <Button variant="filled" leftSection={<IconPlus size={16} />} onClick={() => setAdding(true)}>
          {t('users.new')}
        </Button>
      </div>
      <div className="scroll">
        <Loaded query={query}>
          {(users) => (
            <table className="grid dense cards">
              <thead>
                <tr>
                  <th>{t('users.name')}</th>
                  <th>{t('users.displayName')}</th>
                  <th>{t('users.role')}</th>
                  <th>{t('users.state')}</th>
                  <th className="num">{t('users.created')}</th>
                  <th>
                    <span className="sr">{t('common.actions')}</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {users.map((user) => (
                  <tr key={user.id}>
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
                      {user.disabled ? (
                        <span className="chip">{t('users.disabled')}</span>
                      ) : (
                        <span className="faint">{t('users.active')}</span>
                      )}
                    </td>
                    <td className="num" data-label={t('users.created')}>
                      <Moment at={user.createdAt} />
                    </td>
                    <td>
                      <span className="row acts">
                        <Tip label={t('users.edit', { name: user.name })}>
                          <ActionIcon aria-label={t('users.edit', { name: user.name })} onClick={() => setEdited(user)}>
                            <IconPencil size={16} />
                          </ActionIcon>
                        </Tip>
                      </span>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )}
        </Loaded>
      </div>
      {adding ? <NewUserDialog onClose={() => setAdding(false)} /> : null}
      {edited === undefined ? null : <ChangeUserDialog user={edited} onClose={() => setEdited(undefined)} />}
    </>
  );
}
