import { useSyncExternalStore } from 'react';

type Overlay = 'palette' | 'keys' | undefined;

interface FrameState {
  readonly folded: boolean | undefined;
  readonly open: Overlay;
}

const storageKey = 'drover.sidebar';
const listeners = new Set<() => void>();
const remembered = typeof localStorage === 'undefined' ? null : localStorage.getItem(storageKey);
let state: FrameState = { folded: remembered === null ? undefined : remembered === 'folded', open: undefined };

function set(next: Partial<FrameState>): void {
  state = { ...state, ...next };
  for (const listener of listeners) listener();
}

const show = (open: Overlay): void => set({ open });
const close = (): void => set({ open: undefined });

/** The person's own choice about the sidebar wins over the window's width and is remembered. */
function fold(folded: boolean): void {
  localStorage.setItem(storageKey, folded ? 'folded' : 'unfolded');
  set({ folded });
}

const watch = { type: 'watchRuns' } as const;

/** What the frame shows beside the page: the fold of the sidebar, the palette, the list of keys. */
export function useFrame() {
  const shown = useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => state,
  );
  return { ...shown, show, close, fold, watch };
}
