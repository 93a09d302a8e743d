import type { Member, Project } from '@drover/protocol/api';
import { Checkbox, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { post, put } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { errorAt } from '../../api/problem.js';
import { FormDialog } from '../../parts/overlays/dialogs.js';
import { useDone } from '../../parts/use-save.js';

const givable = ['manager', 'developer', 'tester', 'operations', 'participant', 'viewer'] as const;
type Role = (typeof givable)[number];

/** Adds a person by user name, or changes a member's roles. */
export function MemberDialog({
  project,
  member,
  onClose,
}: {
  readonly project: Project;
  readonly member?: Member;
  readonly onClose: () => void;
}) {
  const { t } = useTranslation();
  const done = useDone();
  const [name, setName] = useState('');
  const [roles, setRoles] = useState<readonly Role[]>(
    member === undefined ? ['developer'] : givable.filter((role) => member.roles.includes(role)),
  );
  const toggle = (role: Role): void => setRoles(givable.filter((one) => (one === role ? !roles.includes(one) : roles.includes(one))));
  const save = async (): Promise<void> => {
    if (member === undefined) {
      const added = await post<Member>(`/projects/${project.id}/members`, { name: name.trim(), roles });
      done(t('members.added', { name: added.name }), keys.members(project.id));
    } else {
      await put(`/projects/${project.id}/members/${member.userId}`, { roles });
      done(t('common.saved'), keys.members(project.id), keys.projects);
    }
  };
  return (
    <FormDialog
      title={member === undefined ? t('members.add') : t('members.change', { name: member.name })}
      action={member === undefined ? t('common.add') : t('common.save')}
      onClose={onClose}
      onSubmit={save}
      fields={['/name', '/roles']}
    >
      {(error) => (
        <>
          {member === undefined ? (
            <TextInput
              data-autofocus
              label={t('members.person')}
              description={t('members.personHint')}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
              error={errorAt(error, '/name')}
            />
          ) : null}
          <Checkbox.Group label={t('members.roles')} error={errorAt(error, '/roles')} value={[...roles]}>
            <div className="choices">
              {givable.map((role) => (
                <Checkbox key={role} value={role} label={t(`roles.${role}`)} checked={roles.includes(role)} onChange={() => toggle(role)} />
              ))}
            </div>
          </Checkbox.Group>
        </>
      )}
    </FormDialog>
  );
}
