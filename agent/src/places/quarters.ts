import type { Place } from './place.js';

/** Namespaces in which the steps of one attempt live. */
export interface Quarters {
  /** The workspace as steps see it. */
  readonly workspace: string;
  /** The agent's own processes that keep them; killing them ends everything inside. */
  readonly keepers: ReadonlySet<number>;
  /** As `/proc/<pid>/ns/pid` shows it. */
  readonly pidNamespace: string;
  /** Put before a command, runs it inside. */
  readonly enter: readonly string[];
  /** What begins steps by itself, where it can. */
  readonly place?: Place;
  close(): Promise<void>;
}
