import type { Project } from '@drover/protocol/api';
import { TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { remove } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { FormDialog } from '../../parts/overlays/dialogs.js';
import { useDone } from '../../parts/use-save.js';

/** Everything of a project goes with it, so its name is typed. */
export function DeleteProject({
  project,
  onClose,
  onDeleted,
}: {
  readonly project: Project;
  readonly onClose: () => void;
  readonly onDeleted: () => void;
}) {
  const { t } = useTranslation();
  const done = useDone();
  const [typed, setTyped] = useState('');
  const label = t('members.typeName', { name: project.name });
  const confirm = async (): Promise<void> => {
    await remove(`/projects/${project.id}`);
    done(t('members.deleted', { name: project.name }), keys.projects, keys.pipelineLists, keys.tally);
    onDeleted();
  };
  return (
    <FormDialog
      danger
      ready={typed === project.name}
      title={t('members.deleteTitle', { name: project.name })}
      action={t('members.delete')}
      onClose={onClose}
      onSubmit={confirm}
    >
      {() => (
        <>
          <p className="soft">{t('members.deleteText')}</p>
          <TextInput
            data-autofocus
            label={label}
            value={typed}
            onChange={(event) => setTyped(event.currentTarget.value)}
            autoComplete="off"
          />
        </>
      )}
    </FormDialog>
  );
}
