/** How long to wait before each further try. */
const pausesMs = [300, 1_500];

/**
 * Loads a part of the dashboard, again where that fails: a browser gives up what it loads when the machine changes its
 * network, and a proxy may be away for a moment. Rejects as the last try did.
 */
export async function again<T>(load: () => Promise<T>, pauses: readonly number[] = pausesMs): Promise<T> {
  const [pause, ...later] = pauses;
  if (pause === undefined) return load();
  try {
    return await load();
  } catch {
    await new Promise((resolve) => setTimeout(resolve, pause));
    return again(load, later);
  }
}
