import { TextInput } from '@mantine/core';
import { useId, type ReactNode } from 'react';
import { ReferenceList, type ReferenceChoice } from './reference-list.js';
import { useCompletion } from './use-completion.js';

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

/** P7: a field in which `$` offers the parameters; ↵ or Tab inserts, Esc leaves the text. */
export function ReferenceInput({ value, onChange, choices, disabled = false, ...shown }: ReferenceInputProps) {
  const listId = useId();
  const { field, found, index, point, insert, onKeyDown, follow, type, close } = useCompletion({ value, onChange, choices });
  return (
    <div className="complete-box">
      <TextInput
        {...shown}
        ref={field}
        value={value}
        disabled={disabled}
        classNames={{ input: 'mono' }}
        spellCheck={false}
        autoComplete="off"
        role="combobox"
        aria-expanded={found.length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={found[index] === undefined ? undefined : `${listId}-${index}`}
        onChange={(event) => type(event.currentTarget.value, event.currentTarget.selectionStart)}
        onClick={follow}
        onKeyDown={onKeyDown}
        onBlur={close}
      />
      {found.length === 0 ? null : <ReferenceList id={listId} found={found} index={index} onPoint={point} onChoose={insert} />}
    </div>
  );
}
