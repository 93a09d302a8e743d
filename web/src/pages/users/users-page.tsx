import type { User } from '@drover/protocol/api';
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { get } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { Heading, TopBar } from '../../frame/top-bar.js';
import { Loaded } from '../../parts/states.js';
import { usePerson } from '../../app/session.js';
import { ChangeUserDialog } from './change-user-dialog.js';
import { DeleteUser } from './delete-user.js';
import { NewUserDialog } from './new-user-dialog.js';
import { UserTable } from './user-table.js';

/** Everyone who may sign in; for administrators. */
export default function UsersPage() {
  const { t } = useTranslation();
  const query = useQuery({ queryKey: keys.users, queryFn: () => get<readonly User[]>('/users') });
  const [adding, setAdding] = useState(false);
  const person = usePerson();
  const [doomed, setDoomed] = useState<User | undefined>(undefined);
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
        <Loaded query={query}>{(users) => <UserTable users={users} ownId={person.id} onEdit={setEdited} onDelete={setDoomed} />}</Loaded>
      </div>
      {adding ? <NewUserDialog onClose={() => setAdding(false)} /> : null}
      {doomed === undefined ? null : <DeleteUser user={doomed} onClose={() => setDoomed(undefined)} />}
      {edited === undefined ? null : <ChangeUserDialog user={edited} onClose={() => setEdited(undefined)} />}
    </>
  );
}
