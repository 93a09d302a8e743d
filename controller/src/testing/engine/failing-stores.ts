import type { EngineStores } from '../../services/engine/engine-ports.js';

/** `never`: the caller has died and gets no answer, and nothing is applied. A promise: what was applied is answered when it settles. */
export type Fault = 'before' | 'after' | 'never' | Promise<void> | undefined;

/** The same store, whose calls are counted and fail as told: before they are applied, or after. */
export function observed<T extends object>(store: T, onCall: (method: string) => Fault): T {
  return new Proxy(store, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name);
      if (typeof member !== 'function') return member;
      return async (...args: readonly unknown[]): Promise<unknown> => {
        const fault = onCall(String(name));
        if (fault === 'never') return new Promise(() => undefined);
        if (fault === 'before') throw new Error(`the store failed before ${String(name)}`);
        const answer: unknown = await Reflect.apply(member, target, args);
        if (typeof fault === 'object') await fault;
        if (fault === 'after') throw new Error(`the store failed after ${String(name)}`);
        return answer;
      };
    },
  });
}

/** Stores of which each call is told to `onCall` as `runs.replace`, …. */
export function observedStores(stores: EngineStores, onCall: (call: string) => Fault): EngineStores {
  const watched = <K extends keyof EngineStores>(name: K): EngineStores[K] =>
    observed(stores[name], (method) => onCall(`${name}.${method}`));
  return {
    runs: watched('runs'),
    runEvents: watched('runEvents'),
    runners: watched('runners'),
    attempts: watched('attempts'),
    agents: watched('agents'),
    registrationTokens: watched('registrationTokens'),
    heartbeats: watched('heartbeats'),
    pipelines: watched('pipelines'),
  };
}
