import { OneOf } from './schema.js';

export const runStates = ['queued', 'running', 'stopping', 'finished'] as const;
export type RunState = (typeof runStates)[number];
export const RunState = OneOf(runStates);

export const outcomes = ['succeeded', 'failed', 'stopped', 'timedOut', 'skipped', 'lost'] as const;
export type Outcome = (typeof outcomes)[number];
export const Outcome = OneOf(outcomes);

/** What a person is shown of a run, stage, task, attempt or step: one word that folds state and outcome. */
export const statuses = [
  'notRun',
  'queued',
  'waiting',
  'running',
  'stopping',
  'succeeded',
  'failed',
  'timedOut',
  'lost',
  'stopped',
  'skipped',
] as const;
export type Status = (typeof statuses)[number];
export const Status = OneOf(statuses);

export const attemptStates = ['queued', 'offered', 'running', 'stopping', 'away', 'undecided', 'finished'] as const;
export type AttemptState = (typeof attemptStates)[number];
export const AttemptState = OneOf(attemptStates);

/** How an agent looks from the farm. `silent`: registered and enabled, but not connected. */
export const agentStatuses = ['online', 'draining', 'unhealthy', 'silent', 'unapproved', 'disabled'] as const;
export type AgentStatus = (typeof agentStatuses)[number];
export const AgentStatus = OneOf(agentStatuses);
