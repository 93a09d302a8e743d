import type { PipelineId } from '@drover/protocol';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { post } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { paths } from '../../app/paths.js';
import { useCurrentProject } from '../../app/project.js';
import { toast } from '../../parts/overlays/toasts.js';

interface Imported {
  readonly pipelineId?: PipelineId;
  readonly created: boolean;
  readonly jobsCreated: readonly string[];
  readonly jobsReplaced: readonly string[];
  readonly secretsMissing: readonly string[];
}

/** What is imported, to where, and what to do with jobs that are there already. */
interface ImportDraft {
  readonly project: string | null;
  readonly yaml: string;
  readonly jobs: 'keep' | 'replace';
  readonly secrets: Readonly<Record<string, string>>;
}

/** The draft of an import, and making it. `submit` rejects once where values are missing: then they are asked for. */
export function useImport(projectId: string | undefined) {
  const { t } = useTranslation();
  const cache = useQueryClient();
  const navigate = useNavigate();
  const current = useCurrentProject();
  const [draft, setDraft] = useState<ImportDraft>({ project: projectId ?? current?.id ?? null, yaml: '', jobs: 'keep', secrets: {} });
  const [missing, setMissing] = useState<readonly string[] | undefined>(undefined);
  const set = (part: Partial<ImportDraft>): void => setDraft((now) => ({ ...now, ...part }));
  const project = draft.project ?? current?.id ?? null;
  const submit = async (): Promise<void> => {
    const { yaml, jobs, secrets } = draft;
    const body = { yaml, jobs, ...(Object.keys(secrets).length === 0 ? {} : { secrets }) };
    const path = `/projects/${project ?? ''}/pipelines/import`;
    if (missing === undefined) {
      const trial = await post<Imported>(path, { ...body, dryRun: true });
      if (trial.secretsMissing.length > 0) {
        setMissing(trial.secretsMissing);
        return Promise.reject(new Error(t('importing.secretsMissing')));
      }
    }
    const result = await post<Imported>(path, body);
    void cache.invalidateQueries({ queryKey: keys.pipelineLists });
    void cache.invalidateQueries({ queryKey: keys.jobs(draft.project ?? '') });
    toast('succeeded', t('importing.done', { jobs: result.jobsCreated.length + result.jobsReplaced.length }));
    if (result.pipelineId !== undefined) void navigate(paths.edit(result.pipelineId));
  };
  const setYaml = (yaml: string): void => {
    set({ yaml });
    setMissing(undefined);
  };
  return { draft: { ...draft, project }, set, setYaml, missing: missing ?? [], submit };
}

export type Import = ReturnType<typeof useImport>;
