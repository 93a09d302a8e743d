import { ActionIcon, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconChevronDown, IconChevronUp, IconSearch } from '@tabler/icons-react';
import { useRef, useState, type KeyboardEvent } from 'react';
import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { LogSession } from './session/log-session.js';
import type { LogSnapshot } from './session/looks.js';

const restMs = 250;

/** Searches the whole log: Enter goes to the next hit, Shift and Enter to the one before, Esc ends the search. */
export function LogSearch({ session, snapshot }: { readonly session: LogSession | undefined; readonly snapshot: LogSnapshot | undefined }) {
  const { t } = useTranslation();
  const [text, setText] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const find = useDebouncedCallback((query: string) => session?.find(query), restMs);
  const search = snapshot?.search;
  const change = (next: string): void => {
    setText(next);
    find(next.trim() === '' ? '' : next);
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.nativeEvent.isComposing) return;
    if (event.key === 'Escape') {
      change('');
      session?.find('');
      input.current?.blur();
    } else if (event.key === 'Enter') {
      event.preventDefault();
      if (search?.query === text) session?.stepHit(event.shiftKey ? -1 : 1);
      else session?.find(text);
    }
  };
  return (
    <span className="log-search" data-search>
      <TextInput
        ref={input}
        size="xs"
        value={text}
        onChange={(event) => change(event.currentTarget.value)}
        onKeyDown={onKey}
        placeholder={t('common.search')}
        aria-label={t('log.search')}
        leftSection={<IconSearch size={14} stroke={1.75} />}
        rightSection={text === '' ? <kbd>/</kbd> : null}
      />
      {search === undefined ? null : (
        <>
          <span className="faint num hits" role="status">
            {countText(search, snapshot?.searching === true, t)}
          </span>
          <ActionIcon size={24} aria-label={t('log.previousHit')} disabled={search.lines.length === 0} onClick={() => session?.stepHit(-1)}>
            <IconChevronUp size={14} />
          </ActionIcon>
          <ActionIcon size={24} aria-label={t('log.nextHit')} disabled={search.lines.length === 0} onClick={() => session?.stepHit(1)}>
            <IconChevronDown size={14} />
          </ActionIcon>
        </>
      )}
    </span>
  );
}

function countText(search: NonNullable<LogSnapshot['search']>, searching: boolean, t: TFunction): string {
  if (search.lines.length === 0) return searching ? t('log.searching') : t('log.noHits');
  const more = searching || search.next !== undefined || search.lines.length >= 2_000;
  return t(more ? 'log.hitsMore' : 'log.hits', { at: search.current + 1, count: search.lines.length });
}
