import type { PipelineId } from '@drover/protocol';
import { FileButton, Button, PasswordInput, Select, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { post } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { errorAt } from '../../api/problem.js';
import { paths } from '../../app/paths.js';
import { useCurrentProject, useProjects } from '../../app/project.js';
import { FormDialog } from '../../parts/dialogs.js';
import { toast } from '../../parts/toasts.js';

interface Imported {
  readonly pipelineId?: PipelineId;
  readonly created: boolean;
  readonly jobsCreated: readonly string[];
  readonly jobsReplaced: readonly string[];
  readonly secretsMissing: readonly string[];
}

/** C5: a drover.yaml becomes a pipeline. What it has no values for is asked before anything is made. */
export function ImportDialog({ projectId, onClose }: { readonly projectId: string | undefined; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const current = useCurrentProject();
  const { data: projects } = useProjects();
  const [project, setProject] = useState(projectId ?? current?.id ?? null);
  const [yaml, setYaml] = useState('');
  const [jobs, setJobs] = useState<'keep' | 'replace'>('keep');
  const [missing, setMissing] = useState<readonly string[] | undefined>(undefined);
  const [secrets, setSecrets] = useState<Readonly<Record<string, string>>>({});
  const submit = async (): Promise<void> => {
    const body = { yaml, jobs, ...(Object.keys(secrets).length === 0 ? {} : { secrets }) };
    const path = `/projects/${project ?? current?.id ?? ''}/pipelines/import`;
    if (missing === undefined) {
      const trial = await post<Imported>(path, { ...body, dryRun: true });
      if (trial.secretsMissing.length > 0) {
        setMissing(trial.secretsMissing);
        return Promise.reject(new Error(t('importing.secretsMissing')));
      }
    }
    const result = await post<Imported>(path, body);
    void cache.invalidateQueries({ queryKey: keys.pipelineLists });
    void cache.invalidateQueries({ queryKey: keys.jobs(project ?? '') });
    toast('succeeded', t('importing.done', { jobs: result.jobsCreated.length + result.jobsReplaced.length }));
    if (result.pipelineId !== undefined) void navigate(paths.edit(result.pipelineId));
  };
  return (
    <FormDialog
      title={t('pipelines.importYaml')}
      action={t('importing.action')}
      size={640}
      onClose={onClose}
      onSubmit={submit}
      fields={['/yaml']}
    >
      {(error) => (
        <>
          <Select
            label={t('frame.project')}
            data={projects?.map(({ id, name }) => ({ value: id, label: name })) ?? []}
            value={project ?? current?.id ?? null}
            onChange={setProject}
          />
          <Textarea
            label="drover.yaml"
            description={t('importing.text')}
            autosize
            minRows={8}
            maxRows={18}
            value={yaml}
            onChange={(event) => {
              setYaml(event.currentTarget.value);
              setMissing(undefined);
            }}
            error={errorAt(error, '/yaml')}
            styles={{ input: { fontFamily: 'var(--d-font-mono)', fontSize: 12 } }}
            spellCheck={false}
          />
          <FileButton
            accept=".yaml,.yml,text/yaml"
            onChange={(file) =>
              void file?.text().then((text) => {
                setYaml(text);
                setMissing(undefined);
              })
            }
          >
            {(props) => (
              <Button {...props} size="xs" w="max-content">
                {t('importing.file')}
              </Button>
            )}
          </FileButton>
          <Select
            label={t('importing.jobs')}
            value={jobs}
            onChange={(value) => setJobs(value === 'replace' ? 'replace' : 'keep')}
            data={[
              { value: 'keep', label: t('importing.keep') },
              { value: 'replace', label: t('importing.replace') },
            ]}
          />
          {missing?.map((name) => (
            <PasswordInput
              key={name}
              label={<span className="mono">{name}</span>}
              description={t('importing.secret')}
              value={secrets[name] ?? ''}
              onChange={(event) => setSecrets({ ...secrets, [name]: event.currentTarget.value })}
            />
          ))}
        </>
      )}
    </FormDialog>
  );
}
