import { ActionIcon, Select, TextInput } from '@mantine/core';
import { IconGitBranch, IconTrash } from '@tabler/icons-react';
import type { Endpoint } from '@drover/protocol/api';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { get } from '../../../../api/client.js';
import { keys } from '../../../../api/keys.js';
import { tidy, type Source } from '../../../../editor/definition.js';
import { Tip } from '../../../../parts/overlays/tip.js';
import { useProblemAt } from '../../fields/problem-text.js';
import type { Editor } from '../../shell/use-editor.js';
import { BranchField } from './branch-field.js';
import type { SourceFieldProps } from './source-field.js';

interface CardProps {
  readonly editor: Editor;
  readonly index: number;
  readonly source: Source;
  readonly projectId: string;
  readonly disabled: boolean;
}

/** One repository. The first is the pipeline's primary source. */
export function SourceCard({ editor, index, source, projectId, disabled }: CardProps) {
  const { t } = useTranslation();
  const { definition, change } = editor;
  const { sources } = definition;
  const replace = (next: Source): typeof sources => sources.map((one, place) => (place === index ? next : one));
  const set: SourceFieldProps['set'] = (part, field) =>
    change(
      { ...definition, sources: replace(tidy({ ...source, ...part }) as Source) },
      field === undefined ? undefined : `source ${index} ${field}`,
    );
  const field = { source, projectId, disabled, set, at: useProblemAt(editor.problems), path: `/sources/${index}` };
  return (
    <section className="box source-card" aria-label={`${t('editor.source')} ${index + 1}`}>
      <header className="row">
        <span className="kind">
          <IconGitBranch size={16} stroke={1.75} />
        </span>
        <b className="grow cut">{nameOf(source)}</b>
        {index === 0 ? <span className="chip">{t('editor.primary')}</span> : null}
        {disabled ? null : (
          <RemoveSource remove={() => change({ ...definition, sources: sources.filter((_, place) => place !== index) })} />
        )}
      </header>
      <UrlField {...field} />
      <div className="pair">
        <EndpointField {...field} />
        <AliasField {...field} />
      </div>
      <BranchField {...field} />
    </section>
  );
}

const nameOf = ({ alias, url }: Source): string | undefined =>
  alias ??
  url
    .split('/')
    .at(-1)
    ?.replace(/\.git$/, '');

function RemoveSource({ remove }: { readonly remove: () => void }) {
  const { t } = useTranslation();
  return (
    <Tip label={t('editor.removeSource')}>
      <ActionIcon aria-label={t('editor.removeSource')} onClick={remove}>
        <IconTrash size={16} />
      </ActionIcon>
    </Tip>
  );
}

function UrlField({ source, disabled, set, at, path }: SourceFieldProps) {
  const { t } = useTranslation();
  return (
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
  );
}

/** The project's Git endpoints by name, and the one that is named already, should it be gone. */
function EndpointField({ source, projectId, disabled, set, at, path }: SourceFieldProps) {
  const { t } = useTranslation();
  const { data: endpoints } = useQuery({
    queryKey: keys.endpoints(projectId),
    queryFn: () => get<readonly Endpoint[]>(`/projects/${projectId}/endpoints`),
  });
  const gits = endpoints?.filter(({ kind }) => kind === 'git') ?? [];
  return (
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
  );
}

function AliasField({ source, disabled, set, at, path }: SourceFieldProps) {
  const { t } = useTranslation();
  return (
    <TextInput
      label={t('editor.alias')}
      description={t('editor.aliasHint', { name: source.alias ?? 'web' })}
      disabled={disabled}
      value={source.alias ?? ''}
      error={at(`${path}/alias`)}
      onChange={(event) => set({ alias: event.currentTarget.value.trim() || undefined }, 'alias')}
    />
  );
}
