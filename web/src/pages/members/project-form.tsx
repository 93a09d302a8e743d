import type { Project } from '@drover/protocol/api';
import { Button, Textarea, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { patch } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { errorAt, errorBeside } from '../../api/problem.js';
import { Refusal } from '../../parts/overlays/dialogs.js';
import { useDone } from '../../parts/use-save.js';

/** Name and description of a project. */
export function ProjectForm({ project, mayChange }: { readonly project: Project; readonly mayChange: boolean }) {
  const { t } = useTranslation();
  const done = useDone();
  const [name, setName] = useState(project.name);
  const [description, setDescription] = useState(project.description);
  const [error, setError] = useState<unknown>(null);
  const changed = name !== project.name || description !== project.description;
  const save = (event: FormEvent): void => {
    event.preventDefault();
    patch<Project>(`/projects/${project.id}`, { name: name.trim(), description }).then(() => {
      setError(null);
      done(t('common.saved'), keys.project(project.id), keys.projects, keys.pipelineLists);
    }, setError);
  };
  const beside = errorBeside(error, ['/name', '/description']);
  return (
    <form onSubmit={save} className="dlg-form">
      <TextInput
        label={t('common.name')}
        value={name}
        disabled={!mayChange}
        onChange={(event) => setName(event.currentTarget.value)}
        error={errorAt(error, '/name')}
      />
      <Textarea
        label={t('common.description')}
        autosize
        minRows={2}
        value={description}
        disabled={!mayChange}
        onChange={(event) => setDescription(event.currentTarget.value.replace(/\n/g, ' '))}
        error={errorAt(error, '/description')}
      />
      {beside === undefined ? null : <Refusal>{beside}</Refusal>}
      {mayChange ? (
        <div>
          <Button type="submit" variant="filled" disabled={!changed}>
            {t('common.save')}
          </Button>
        </div>
      ) : null}
    </form>
  );
}
