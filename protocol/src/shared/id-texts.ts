import type { AttemptId, Branded, RunId } from './ids.js';

/** Puts an attempt's id together from its parts. */
export const attemptIdOf = (runId: RunId, taskKey: string, number: number): AttemptId => `${runId}.${taskKey}.${number}` as AttemptId;

/** The run that an attempt belongs to. */
export const runIdOf = (attemptId: AttemptId): RunId => attemptId.slice(0, 26) as RunId;

/** Makes branded ids of text whose shape was checked elsewhere (a schema, the store, a generator). */
export const asId = <T extends Branded<string>>(text: string): T => text as T;
