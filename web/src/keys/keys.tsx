import { useEffect, useId, useLayoutEffect, useRef, useSyncExternalStore } from 'react';
import { caps, match, type Chord, type Pending } from './match.js';

export interface KeyBinding {
  readonly keys: Chord;
  readonly label: string;
  readonly run: () => void;
  readonly everywhere?: boolean;
}

const groups = new Map<string, readonly KeyBinding[]>();
const listeners = new Set<() => void>();
let all: readonly KeyBinding[] = [];
let pending: Pending | undefined;

function publish(): void {
  all = [...groups.values()].flat();
  for (const listener of listeners) listener();
}

const typing = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  (target.isContentEditable ||
    target.tagName === 'TEXTAREA' ||
    target.tagName === 'SELECT' ||
    (target instanceof HTMLInputElement && !['checkbox', 'radio', 'button'].includes(target.type)));

const dialogOpen = (): boolean => document.querySelector('[role="dialog"]') !== null;

/** The page's one key listener; started once by the frame. */
export function listenToKeys(): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || dialogOpen()) return;
    const press = {
      key: event.key,
      ctrlKey: event.ctrlKey,
      metaKey: event.metaKey,
      altKey: event.altKey,
      shiftKey: event.shiftKey,
      typing: typing(event.target),
    };
    const result = match(
      all.map(({ keys }) => keys),
      press,
      pending,
      event.timeStamp,
    );
    pending = result.pending;
    const binding = all.findLast(({ keys }) => keys === result.chord);
    if (binding === undefined) return;
    if (event.key === 'Enter' && event.target instanceof HTMLElement && event.target.closest('a, button') !== null) return;
    event.preventDefault();
    binding.run();
  };
  window.addEventListener('keydown', onKey);
  return () => window.removeEventListener('keydown', onKey);
}

/** Binds keys while the component is shown; they appear under `?`. A later one of the same keys wins. Off while a dialog is open. */
export function useKeys(bindings: readonly KeyBinding[]): void {
  const id = useId();
  const latest = useRef(bindings);
  // With what is shown, not after it: a key acts on what its presser sees.
  useLayoutEffect(() => {
    latest.current = bindings;
  });
  const shape = JSON.stringify(bindings.map(({ keys, label, everywhere }) => [keys, label, everywhere ?? false]));
  useEffect(() => {
    const named = JSON.parse(shape) as readonly (readonly [Chord, string, boolean])[];
    groups.set(
      id,
      named.map(([keys, label, everywhere], index) => ({ keys, label, everywhere, run: () => latest.current[index]?.run() })),
    );
    publish();
    return () => {
      groups.delete(id);
      publish();
    };
  }, [id, shape]);
}

/** All keys that work now, for `?`. */
export const useAllKeys = (): readonly KeyBinding[] =>
  useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => all,
  );

const apple = /Mac|iPhone|iPad/.test(typeof navigator === 'undefined' ? '' : navigator.userAgent);

/** The caps of a chord. */
export const Caps = ({ keys }: { readonly keys: Chord }) => (
  <>
    {caps(keys, apple).map((cap, index) => (
      <kbd key={index}>{cap}</kbd>
    ))}
  </>
);
