import { useSyncExternalStore } from 'react';
import { serverNow } from './clock.js';

/** One timer for all ticking times of the page; it stands still while nobody looks. */
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;
let present = serverNow();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  present = serverNow();
  timer ??= setInterval(tick, 1_000);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

function tick(): void {
  present = serverNow();
  for (const listener of listeners) listener();
}

/** The controller's time, once a second; `still`: the component does not tick. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => present);
}

/** The same in steps, so that relative times repaint as seldom as they change. */
export function useNowInSteps(stepMs: number): number {
  return useSyncExternalStore(subscribe, () => Math.floor(present / stepMs) * stepMs);
}
