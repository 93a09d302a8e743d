import type { Log } from '../../services/ports/environment.js';
import type { Signal, Signals } from '../../services/ports/signals.js';

/** Signals within this process, handed over in the next turn, in order: a publisher never runs a listener's code inside its own. */
export function createLocalSignals(log: Log): Signals {
  const listeners = new Set<(signal: Signal) => void>();
  let waiting: Signal[] = [];
  const deliver = (): void => {
    const batch = waiting;
    waiting = [];
    for (const signal of batch) for (const listener of listeners) tell(listener, signal, log);
  };
  return {
    publish(signal) {
      if (waiting.push(signal) === 1) setImmediate(deliver);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

function tell(listener: (signal: Signal) => void, signal: Signal, log: Log): void {
  try {
    listener(signal);
  } catch (error) {
    log.error('a listener of signals failed', { signal: signal.type, error });
  }
}
