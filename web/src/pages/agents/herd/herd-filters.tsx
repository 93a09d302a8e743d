import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { HerdFilter } from './herd.js';

interface FilterProps {
  readonly filter: HerdFilter;
  readonly onFilter: (filter: HerdFilter) => void;
  readonly words: string;
  readonly onWords: (words: string) => void;
  readonly counts: Readonly<Record<HerdFilter, number>>;
  /** What can be done beside. */
  readonly children: ReactNode;
}

/** Which agents are shown: by what they need, and by words. */
export function HerdFilters({ filter, onFilter, words, onWords, counts, children }: FilterProps) {
  const { t } = useTranslation();
  return (
    <div className="filters" data-search>
      <div className="seg" role="group" aria-label={t('pipelines.show')}>
        {(['all', 'needLook', 'free'] as const).map((name) => (
          <button key={name} type="button" aria-pressed={filter === name} onClick={() => onFilter(name)}>
            {t(`agents.${name}`)}
            <span className="n">{counts[name]}</span>
          </button>
        ))}
      </div>
      <span className="grow" />
      <TextInput
        className="agent-search"
        value={words}
        onChange={(event) => onWords(event.currentTarget.value)}
        placeholder={t('agents.search')}
        aria-label={t('agents.search')}
        leftSection={<IconSearch size={14} stroke={1.75} />}
      />
      {children}
    </div>
  );
}
