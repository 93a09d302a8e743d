import { Button, FileButton, PasswordInput, Select, Textarea } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { errorAt } from '../../api/problem.js';
import { useProjects } from '../../app/project.js';
import { FormDialog } from '../../parts/overlays/dialogs.js';
import { useImport, type Import } from './use-import.js';

/** C5: a drover.yaml becomes a pipeline. What it has no values for is asked before anything is made. */
export function ImportDialog({ projectId, onClose }: { readonly projectId: string | undefined; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { data: projects } = useProjects();
  const importing = useImport(projectId);
  const { draft, set } = importing;
  return (
    <FormDialog
      title={t('pipelines.importYaml')}
      action={t('importing.action')}
      size={640}
      onClose={onClose}
      onSubmit={importing.submit}
      fields={['/yaml']}
    >
      {(error) => (
        <>
          <Select
            label={t('frame.project')}
            data={projects?.map(({ id, name }) => ({ value: id, label: name })) ?? []}
            value={draft.project}
            onChange={(project) => set({ project })}
          />
          <YamlFields {...importing} error={error} />
          <Select
            label={t('importing.jobs')}
            value={draft.jobs}
            onChange={(value) => set({ jobs: value === 'replace' ? 'replace' : 'keep' })}
            data={[
              { value: 'keep', label: t('importing.keep') },
              { value: 'replace', label: t('importing.replace') },
            ]}
          />
          <SecretFields {...importing} />
        </>
      )}
    </FormDialog>
  );
}

/** The text, typed or read from a file. */
function YamlFields({ draft, setYaml, error }: Pick<Import, 'draft' | 'setYaml'> & { readonly error: unknown }) {
  const { t } = useTranslation();
  return (
    <>
      <Textarea
        label="drover.yaml"
        description={t('importing.text')}
        autosize
        minRows={8}
        maxRows={18}
        value={draft.yaml}
        onChange={(event) => setYaml(event.currentTarget.value)}
        error={errorAt(error, '/yaml')}
        styles={{ input: { fontFamily: 'var(--d-font-mono)', fontSize: 12 } }}
        spellCheck={false}
      />
      <FileButton accept=".yaml,.yml,text/yaml" onChange={(file) => void file?.text().then(setYaml)}>
        {(props) => (
          <Button {...props} size="xs" w="max-content">
            {t('importing.file')}
          </Button>
        )}
      </FileButton>
    </>
  );
}

/** Values for the secrets that the text only names. */
function SecretFields({ draft, set, missing }: Pick<Import, 'draft' | 'set' | 'missing'>) {
  const { t } = useTranslation();
  return missing.map((name) => (
    <PasswordInput
      key={name}
      label={<span className="mono">{name}</span>}
      description={t('importing.secret')}
      value={draft.secrets[name] ?? ''}
      onChange={(event) => set({ secrets: { ...draft.secrets, [name]: event.currentTarget.value } })}
    />
  ));
}
