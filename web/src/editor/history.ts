/** Undo and redo. Edits of the same `field` in a row count as one. */
export interface History<T> {
  readonly past: readonly T[];
  readonly present: T;
  readonly future: readonly T[];
  readonly field: string | undefined;
}

const mostSteps = 200;

export const startHistory = <T>(present: T): History<T> => ({ past: [], present, future: [], field: undefined });

export function edit<T>(history: History<T>, present: T, field?: string): History<T> {
  if (present === history.present) return history;
  const joins = field !== undefined && field === history.field;
  return { past: joins ? history.past : [...history.past.slice(-mostSteps), history.present], present, future: [], field };
}

/** After `sent` was stored as `stored`: starts over there, unless something was edited meanwhile; those edits stay. */
export const settle = <T>(history: History<T>, sent: T, stored: T): History<T> =>
  history.present === sent ? startHistory(stored) : history;

export function undo<T>(history: History<T>): History<T> {
  const before = history.past.at(-1);
  return before === undefined
    ? history
    : { past: history.past.slice(0, -1), present: before, future: [history.present, ...history.future], field: undefined };
}

export function redo<T>(history: History<T>): History<T> {
  const [after, ...rest] = history.future;
  return after === undefined ? history : { past: [...history.past, history.present], present: after, future: rest, field: undefined };
}
