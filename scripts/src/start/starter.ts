/** How often the starter is looked for. Nothing tells a process that its parent has ended. */
const lookEveryMs = 500;

/**
 * Calls `end` once npm, which started this process, has ended without ending it: npm passes no SIGTERM on, and nobody can
 * pass SIGKILL on. `parent` is the id of the parent at the very start. Does nothing where npm did not start this process.
 */
export function endWithNpm(parent: number, end: () => void): void {
  if (process.env['npm_lifecycle_event'] !== 'start') return;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    end();
  }, lookEveryMs);
  timer.unref();
}
