import { TextInput } from '@mantine/core';
import { useId, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { completionAt, insertReference } from '../../../editor/references.js';

export interface ReferenceChoice {
  readonly name: string;
  readonly kind: 'parameter' | 'predefined' | 'secret';
  readonly value?: string | undefined;
}

interface ReferenceInputProps {
  readonly label: ReactNode;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly choices: readonly ReferenceChoice[];
  readonly error?: ReactNode;
  readonly placeholder?: string | undefined;
  readonly description?: ReactNode;
  readonly disabled?: boolean;
}

const kinds = { parameter: 'editor.refParameter', predefined: 'editor.refPredefined', secret: 'editor.refSecret' } as const;
const mostShown = 8;

/** P7: a field in which `$` offers the parameters; ↵ or Tab inserts, Esc leaves the text. */
export function ReferenceInput({
  label,
  value,
  onChange,
  choices,
  error,
  placeholder,
  description,
  disabled = false,
}: ReferenceInputProps) {
  const { t } = useTranslation();
  const listId = useId();
  const field = useRef<HTMLInputElement>(null);
  const [caret, setCaret] = useState<number | undefined>(undefined);
  const [at, setAt] = useState(0);
  const open = caret === undefined ? undefined : completionAt(value, caret);
  const found =
    open === undefined ? [] : choices.filter(({ name }) => name.toLowerCase().includes(open.typed.toLowerCase())).slice(0, mostShown);
  const index = Math.min(at, found.length - 1);
  const follow = (): void => setCaret(field.current?.selectionStart ?? undefined);
  const insert = (choice: ReferenceChoice | undefined): void => {
    if (choice === undefined || caret === undefined) return;
    const next = insertReference(value, caret, choice.name);
    onChange(next.text);
    setCaret(undefined);
    requestAnimationFrame(() => field.current?.setSelectionRange(next.caret, next.caret));
  };
  const onKey = (event: KeyboardEvent): void => {
    if (found.length === 0) return;
    const move = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (move !== 0) setAt((index + move + found.length) % found.length);
    else if (event.key === 'Enter' || event.key === 'Tab') insert(found[index]);
    else if (event.key === 'Escape') setCaret(undefined);
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div className="complete-box">
      <TextInput
        ref={field}
        label={label}
        description={description}
        value={value}
        error={error}
        placeholder={placeholder}
        disabled={disabled}
        classNames={{ input: 'mono' }}
        spellCheck={false}
        autoComplete="off"
        role="combobox"
        aria-expanded={found.length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={found[index] === undefined ? undefined : `${listId}-${index}`}
        onChange={(event) => {
          onChange(event.currentTarget.value);
          setAt(0);
          setCaret(event.currentTarget.selectionStart ?? undefined);
        }}
        onClick={follow}
        onKeyDown={onKey}
        onBlur={() => setCaret(undefined)}
      />
      {found.length === 0 ? null : (
        <div className="complete">
          <ul role="listbox" id={listId}>
            {found.map((choice, place) => (
              <li
                key={choice.name}
                id={`${listId}-${place}`}
                role="option"
                aria-selected={place === index}
                onPointerDown={(event) => {
                  event.preventDefault();
                  insert(choice);
                }}
                onPointerMove={() => setAt(place)}
              >
                <span className="mono">{choice.name}</span>
                <span className="faint">{t(kinds[choice.kind])}</span>
                <span className="val mono faint cut">{choice.kind === 'secret' ? '' : choice.value}</span>
              </li>
            ))}
          </ul>
          <footer>
            <span>
              <kbd>↵</kbd> {t('editor.insertHint')}
            </span>
            <span className="mono">{t('editor.literalHint')}</span>
          </footer>
        </div>
      )}
    </div>
  );
}
