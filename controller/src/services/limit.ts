/** Runs at most `most` of the given actions at a time, in the order they came. */
export function createLimit(most: number): <T>(action: () => Promise<T>) => Promise<T> {
  const waiting: Array<() => void> = [];
  let running = 0;
  return async (action) => {
    if (running >= most) await new Promise<void>((resolve) => waiting.push(resolve));
    else running += 1;
    try {
      return await action();
    } finally {
      const next = waiting.shift(); // it takes this one's place, which nobody can take before it
      if (next === undefined) running -= 1;
      else next();
    }
  };
}
