import { useQueryClient } from '@tanstack/react-query';
import { sayError } from '../api/problem.js';
import { toast } from './overlays/toasts.js';

/** What an action that changed something does afterwards: says so, and reads again what it touched. */
export function useDone(): (text: string, ...touched: readonly (readonly unknown[])[]) => void {
  const cache = useQueryClient();
  return (text, ...touched) => {
    toast('succeeded', text);
    for (const queryKey of touched) void cache.invalidateQueries({ queryKey });
  };
}

/** The refusal of an action that has no form, as a toast. */
export const sayRefusal = (refusal: unknown): void => toast('failed', sayError(refusal));
