import type { AgentStatus } from '@drover/protocol';
import type { AgentHealth } from '@drover/protocol/agent';
import { reasonSentence } from '@drover/protocol';
import type { PlacingAgent } from '../placement/place.js';
import type { AgentRecord } from './agent.js';

/** What is known of an agent beside its record: drawn from its connection, in memory only. */
export interface Presence {
  readonly connected: boolean;
  readonly draining: boolean;
  /** It said that it takes nothing but the controller's own sample. */
  readonly sampleOnly: boolean;
  readonly health?: AgentHealth;
}

/** G5: how an agent looks from the farm. A disabled one drains until the last of its tasks has ended. */
export function agentStatus(record: AgentRecord, presence: Presence, isBusy: boolean): AgentStatus {
  if (!record.approved) return 'unapproved';
  if (!record.enabled) return presence.connected && isBusy ? 'draining' : 'disabled';
  if (!presence.connected) return 'silent';
  if (presence.draining) return 'draining';
  return presence.health?.healthy === false ? 'unhealthy' : 'online';
}

/** Labels that count for placing: given ones and those the agent found. */
export const labelsOf = (record: AgentRecord): readonly string[] => [...new Set([...record.givenLabels, ...record.facts.automaticLabels])];

/** The agent as placing sees it. `used`: slots in use or on offer. */
export function placingAgent(
  record: AgentRecord,
  presence: Presence,
  { used, allowUnisolated }: { readonly used: number; readonly allowUnisolated: boolean },
): PlacingAgent {
  const { health } = presence;
  return {
    agentId: record._id,
    ...(record.projectId === undefined ? {} : { projectId: record.projectId }),
    labels: new Set(labelsOf(record)),
    executors: record.facts.executors,
    sampleOnly: presence.sampleOnly || (record.local && record.facts.isolation === 'none' && !allowUnisolated),
    slots: record.slots,
    free: record.slots - used,
    approved: record.approved,
    enabled: record.enabled,
    connected: presence.connected,
    draining: presence.draining,
    ...(health === undefined || health.healthy ? {} : { illness: health.reasons.map(reasonSentence).join('; ') || 'it did not say why' }),
  };
}
