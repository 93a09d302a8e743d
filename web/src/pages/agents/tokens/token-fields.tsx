import { NumberInput, Select, TextInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { errorAt } from '../../../api/problem.js';
import { manages, useProjects } from '../../../app/project.js';
import { usePerson } from '../../../app/session.js';

/** What is asked of a new token; the empty project is the whole farm. */
export interface TokenDraft {
  readonly name: string;
  readonly uses: number;
  readonly hours: number;
  readonly projectId: string;
}

interface FieldsProps {
  readonly draft: TokenDraft;
  readonly set: (part: Partial<TokenDraft>) => void;
  readonly error: unknown;
}

export function TokenFields({ draft, set, error }: FieldsProps) {
  const { t } = useTranslation();
  return (
    <>
      <TextInput
        label={t('agents.tokens.name')}
        value={draft.name}
        onChange={(event) => set({ name: event.currentTarget.value })}
        error={errorAt(error, '/name')}
        maxLength={64}
        data-autofocus
      />
      <NumberInput
        label={t('agents.tokens.uses')}
        value={draft.uses}
        onChange={(uses) => set({ uses: Number(uses) })}
        min={1}
        max={10_000}
        allowDecimal={false}
        error={errorAt(error, '/uses')}
      />
      <NumberInput
        label={t('agents.tokens.hours')}
        value={draft.hours}
        onChange={(hours) => set({ hours: Number(hours) })}
        min={1}
        max={8_760}
        allowDecimal={false}
        error={errorAt(error, '/expiresInHours')}
      />
      <ScopeField draft={draft} set={set} error={error} />
    </>
  );
}

/** The projects that the person manages; for administrators the whole farm too. */
function ScopeField({ draft, set, error }: FieldsProps) {
  const { t } = useTranslation();
  const { administrator, mine } = useTokenScopes();
  return (
    <Select
      label={t('agents.tokens.project')}
      description={administrator ? t('agents.tokens.projectHint') : undefined}
      value={draft.projectId}
      onChange={(projectId) => set({ projectId: projectId ?? '' })}
      data={[
        ...(administrator ? [{ value: '', label: t('agents.tokens.farm') }] : []),
        ...mine.map(({ id, name }) => ({ value: id, label: name })),
      ]}
      error={errorAt(error, '/projectId')}
    />
  );
}

/** What the person may make tokens for. */
export function useTokenScopes() {
  const { administrator } = usePerson();
  const { data: projects } = useProjects();
  return { administrator, mine: (projects ?? []).filter((project) => manages(project, administrator)) };
}
