import type { Page, PipelineRow } from '@drover/protocol/api';
import { Modal } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconArrowRight, IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { get } from '../../api/client.js';
import { keys } from '../../api/keys.js';
import { paths } from '../../app/paths.js';
import { StatusMark } from '../../parts/status-mark.js';
import { usePages } from './use-pages.js';

interface Choice {
  readonly id: string;
  readonly group: string;
  readonly icon: ReactNode;
  readonly label: string;
  readonly beside?: string;
  readonly to: string;
}

/** ⌘K: pages and pipelines by a part of their name. Arrows move, ↵ opens, Esc closes. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const choices = useChoices(text);
  const index = Math.min(at, choices.length - 1);
  const open = (choice: Choice | undefined): void => {
    if (choice === undefined) return;
    onClose();
    void navigate(choice.to);
  };
  const onKey = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setAt((index + step + choices.length) % Math.max(1, choices.length));
    }
    if (event.key === 'Enter' && !event.nativeEvent.isComposing) open(choices[index]);
  };
  return (
    <Modal opened onClose={onClose} withCloseButton={false} padding={0} size={560} title={null} aria-label={t('frame.find')}>
      <div className="pal-in">
        <IconSearch size={16} />
        <input
          data-autofocus
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={onKey}
          placeholder={t('frame.find')}
          aria-label={t('frame.find')}
          role="combobox"
          aria-expanded="true"
          aria-controls="palette-list"
          aria-activedescendant={choices[index] === undefined ? undefined : `palette-${choices[index].id}`}
        />
        <kbd>Esc</kbd>
      </div>
      <div className="pal-list" id="palette-list" role="listbox" aria-label={t('frame.find')}>
        {choices.length === 0 ? <p className="pal-h">{t('frame.nothing')}</p> : null}
        {choices.map((choice, place) => (
          <div key={choice.id} role="presentation">
            {choices[place - 1]?.group === choice.group ? null : <p className="pal-h">{choice.group}</p>}
            <div
              role="option"
              id={`palette-${choice.id}`}
              aria-selected={place === index}
              onPointerMove={() => setAt(place)}
              onClick={() => open(choice)}
            >
              {choice.icon}
              <span className="cut">{choice.label}</span>
              {choice.beside === undefined ? null : <span className="faint cut grow">{choice.beside}</span>}
            </div>
          </div>
        ))}
      </div>
    </Modal>
  );
}

const mostPipelines = 8;

function useChoices(text: string): readonly Choice[] {
  const { t } = useTranslation();
  const [search] = useDebouncedValue(text.trim(), 120);
  const pages = usePages();
  const query = { search, pageSize: mostPipelines, sort: 'lastStart', order: 'descending' };
  const { data } = useQuery({
    queryKey: keys.pipelineList(query),
    queryFn: () => get<Page<PipelineRow>>('/pipelines', query),
    placeholderData: (before) => before,
  });
  const words = text.trim().toLowerCase();
  const found = (data?.items ?? []).map((row): Choice => ({
    id: row.id,
    group: t('frame.found'),
    icon: <StatusMark status={row.newestRun?.status ?? 'notRun'} />,
    label: `${row.projectName} / ${row.name}`,
    beside: row.newestRun === undefined ? '' : `#${row.newestRun.number} ${row.newestRun.source?.message ?? ''}`,
    to: row.newestRun === undefined ? paths.history(row.id) : paths.run(row.id, row.newestRun.number),
  }));
  const places = pages
    .filter(({ label }) => label.toLowerCase().includes(words))
    .map(({ label, to }): Choice => ({ id: to, group: t('frame.goTo'), icon: <IconArrowRight size={16} />, label, to }));
  return [...found, ...places];
}
