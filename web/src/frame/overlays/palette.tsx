import { Modal } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useState, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useChoices, type Choice } from './use-choices.js';
import { useFocusReturn } from '../../parts/overlays/use-focus-return.js';

/** ⌘K: pages and pipelines by a part of their name. Arrows move, ↵ opens, Esc closes. */
export function Palette({ onClose }: { readonly onClose: () => void }) {
  const { t } = useTranslation();
  useFocusReturn();
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
    <Modal.Root opened onClose={onClose} padding={0} size={560}>
      <Modal.Overlay />
      <Modal.Content aria-label={t('frame.find')}>
        <Modal.Body>
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
              aria-expanded={choices.length > 0}
              aria-controls="palette-list"
              aria-activedescendant={choices[index] === undefined ? undefined : `palette-${choices[index].id}`}
            />
            <kbd>Esc</kbd>
          </div>
          <PaletteList choices={choices} index={index} onPoint={setAt} onOpen={open} />
        </Modal.Body>
      </Modal.Content>
    </Modal.Root>
  );
}

interface ListProps {
  readonly choices: readonly Choice[];
  readonly index: number;
  readonly onPoint: (index: number) => void;
  readonly onOpen: (choice: Choice) => void;
}

/** What was found, each group under its heading. */
function PaletteList({ choices, index, onPoint, onOpen }: ListProps) {
  const { t } = useTranslation();
  if (choices.length === 0)
    return (
      <p className="pal-list pal-h" role="status">
        {t('frame.nothing')}
      </p>
    );
  return (
    <div className="pal-list" id="palette-list" role="listbox" aria-label={t('frame.find')}>
      {choices.map((choice, place) => (
        <div key={choice.id} role="presentation">
          {choices[place - 1]?.group === choice.group ? null : <p className="pal-h">{choice.group}</p>}
          <div
            role="option"
            id={`palette-${choice.id}`}
            aria-selected={place === index}
            onPointerMove={() => onPoint(place)}
            onClick={() => onOpen(choice)}
          >
            {choice.icon}
            <span className="cut">{choice.label}</span>
            {choice.beside === undefined ? null : <span className="faint cut grow">{choice.beside}</span>}
          </div>
        </div>
      ))}
    </div>
  );
}
