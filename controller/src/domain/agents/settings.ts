import { labelsOf } from './presence.js';
import type { AgentRecord } from './agent.js';

/** What an agent learns about itself: in the answer to its hello, and whenever it changes. */
export interface AgentSettings {
  readonly name: string;
  readonly slots: number;
  readonly labels: string[];
  readonly enabled: boolean;
}

export const settingsOf = (record: AgentRecord): AgentSettings => ({
  name: record.name,
  slots: record.slots,
  labels: [...labelsOf(record)],
  enabled: record.enabled,
});

export const areSameSettings = (a: AgentSettings, b: AgentSettings): boolean => JSON.stringify(a) === JSON.stringify(b);
