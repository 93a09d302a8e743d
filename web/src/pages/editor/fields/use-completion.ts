import { useRef, useState, type KeyboardEvent } from 'react';
import { completionAt, insertReference } from '../../../editor/references.js';
import type { ReferenceChoice } from './reference-list.js';

interface CompletionParts {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly choices: readonly ReferenceChoice[];
}

const mostShown = 8;

/** What `$` offers at the caret; arrows move in it, ↵ or Tab inserts, Esc leaves the text. */
export function useCompletion({ value, onChange, choices }: CompletionParts) {
  const field = useRef<HTMLInputElement>(null);
  const [caret, setCaret] = useState<number | undefined>(undefined);
  const [at, point] = useState(0);
  const open = caret === undefined ? undefined : completionAt(value, caret);
  const found =
    open === undefined ? [] : choices.filter(({ name }) => name.toLowerCase().includes(open.typed.toLowerCase())).slice(0, mostShown);
  const index = Math.min(at, found.length - 1);
  const close = (): void => setCaret(undefined);
  const insert = (choice: ReferenceChoice | undefined): void => {
    if (choice === undefined || caret === undefined) return;
    const next = insertReference(value, caret, choice.name);
    onChange(next.text);
    close();
    requestAnimationFrame(() => field.current?.setSelectionRange(next.caret, next.caret));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (found.length === 0) return;
    const move = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (move !== 0) point((index + move + found.length) % found.length);
    else if (event.key === 'Enter' || event.key === 'Tab') insert(found[index]);
    else if (event.key === 'Escape') close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const follow = (): void => setCaret(field.current?.selectionStart ?? undefined);
  const type = (text: string, at: number | null): void => {
    onChange(text);
    point(0);
    setCaret(at ?? undefined);
  };
  return { field, found, index, point, insert, onKeyDown, follow, type, close };
}
