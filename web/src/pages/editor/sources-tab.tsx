import type { Endpoint, Refs } from '@drover/protocol/api';
import { ActionIcon, Autocomplete, Button, Select, TextInput } from '@mantine/core';
import { IconGitBranch, IconPlus, IconTrash } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { get, post } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { ApiError } from '../../api/problem.js';
import { tidy, type Source } from '../../editor/definition.js';
import { Empty } from '../../parts/states.js';
import { useProblemAt } from './fields/problem-text.js';
import type { Editor } from './shell/use-editor.js';
import { Tip } from '../../parts/tip.js';

interface SourcesProps {
  readonly editor: Editor;
  readonly projectId: string;
  readonly disabled: boolean;
}

/** S2, S5, S6: repositories, their default branches from the remote, their aliases. */
export function SourcesTab({ editor, projectId, disabled }: SourcesProps) {
  const { t } = useTranslation();
  const { definition, change } = editor;
  const add = (): void => change({ ...definition, sources: [...definition.sources, { type: 'git', url: '', defaultBranch: 'main' }] });
  const addButton = disabled ? null : (
    <Button leftSection={<IconPlus size={16} />} onClick={add}>
      {t('editor.addSource')}
    </Button>
  );
  return (
    <div className="scroll">
      <div className="body">
        <p className="soft">{t('editor.sourcesText')}</p>
        {definition.sources.length === 0 ? <Empty title={t('editor.source')} actions={addButton} /> : null}
        {definition.sources.map((source, index) => (
          <SourceCard key={index} editor={editor} index={index} source={source} projectId={projectId} disabled={disabled} />
        ))}
        {definition.sources.length === 0 ? null : <div>{addButton}</div>}
      </div>
    </div>
  );
}

interface CardProps {
  readonly editor: Editor;
  readonly index: number;
  readonly source: Source;
  readonly projectId: string;
  readonly disabled: boolean;
}

function SourceCard({ editor, index, source, projectId, disabled }: CardProps) {
  const { t } = useTranslation();
  const at = useProblemAt(editor.problems);
  const { data: endpoints } = useQuery({
    queryKey: keys.endpoints(projectId),
    queryFn: () => get<readonly Endpoint[]>(`/projects/${projectId}/endpoints`),
  });
  const refs = useMutation({
    mutationFn: () => post<Refs>(`/projects/${projectId}/refs`, tidy({ url: source.url, endpoint: source.endpoint })),
  });
  const { definition, change } = editor;
  const set = (part: { readonly [K in keyof Source]?: Source[K] | undefined }, field?: string): void =>
    change(
      { ...definition, sources: definition.sources.map((one, place) => (place === index ? (tidy({ ...one, ...part }) as Source) : one)) },
      field === undefined ? undefined : `source ${index} ${field}`,
    );
  const path = `/sources/${index}`;
  const list = (): void =>
    refs.mutate(undefined, {
      onSuccess: (found) => {
        if (found.defaultBranch !== undefined && !found.branches.some(({ name }) => name === source.defaultBranch))
          set({ defaultBranch: found.defaultBranch });
      },
    });
  const gits = endpoints?.filter(({ kind }) => kind === 'git') ?? [];
  return (
    <section className="box source-card" aria-label={`${t('editor.source')} ${index + 1}`}>
      <header className="row">
        <span className="kind">
          <IconGitBranch size={16} stroke={1.75} />
        </span>
        <b className="grow cut">
          {source.alias ??
            source.url
              .split('/')
              .at(-1)
              ?.replace(/\.git$/, '')}
        </b>
        {index === 0 ? <span className="chip">{t('editor.primary')}</span> : null}
        {disabled ? null : (
          <Tip label={t('editor.removeSource')}>
            <ActionIcon
              aria-label={t('editor.removeSource')}
              onClick={() => change({ ...definition, sources: definition.sources.filter((_, place) => place !== index) })}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </Tip>
        )}
      </header>
      <TextInput
        label={t('editor.url')}
        description={t('editor.urlHint')}
        classNames={{ input: 'mono' }}
        spellCheck={false}
        disabled={disabled}
        value={source.url}
        error={at(`${path}/url`)}
        onChange={(event) => set({ url: event.currentTarget.value.trim() }, 'url')}
      />
      <div className="pair">
        <Select
          label={t('editor.endpoint')}
          description={t('editor.endpointHint')}
          disabled={disabled}
          clearable
          placeholder={t('editor.noEndpoint')}
          value={source.endpoint ?? null}
          error={at(`${path}/endpoint`)}
          data={[...new Set([...gits.map(({ name }) => name), ...(source.endpoint === undefined ? [] : [source.endpoint])])]}
          onChange={(endpoint) => set({ endpoint: endpoint ?? undefined })}
        />
        <TextInput
          label={t('editor.alias')}
          description={t('editor.aliasHint', { name: source.alias ?? 'web' })}
          disabled={disabled}
          value={source.alias ?? ''}
          error={at(`${path}/alias`)}
          onChange={(event) => set({ alias: event.currentTarget.value.trim() || undefined }, 'alias')}
        />
      </div>
      <div className="row branch-row">
        <Autocomplete
          label={t('editor.branch')}
          description={t('editor.branchHint')}
          className="grow"
          disabled={disabled}
          limit={50}
          data={refs.data?.branches.map(({ name }) => name) ?? []}
          value={source.defaultBranch}
          error={at(`${path}/defaultBranch`)}
          onChange={(defaultBranch) => set({ defaultBranch }, 'branch')}
        />
        {disabled ? null : (
          <Button loading={refs.isPending} disabled={source.url === ''} onClick={list}>
            {t('editor.loadRefs')}
          </Button>
        )}
      </div>
      <p aria-live="polite" className={refs.error === null ? 'faint' : 'says failed'}>
        {refs.error instanceof ApiError
          ? (refs.error.errors[0]?.message ?? refs.error.detail)
          : refs.data === undefined
            ? null
            : t('editor.refsFound', { count: refs.data.branches.length })}
      </p>
    </section>
  );
}
