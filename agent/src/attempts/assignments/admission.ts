import { reasonSentence, type Reason } from '@drover/protocol';
import type { AgentFacts, AgentHealth, ControllerMessage } from '@drover/protocol/agent';

export type Offer = Extract<ControllerMessage, { type: 'offer' }>;
type ExecutorName = AgentFacts['executors'][number];

/** What the agent knows of itself when an offer comes. */
export interface AdmissionFacts {
  readonly slots: number;
  readonly takenSlots: ReadonlySet<number>;
  readonly isEnabled: boolean;
  readonly isDraining: boolean;
  readonly health: Pick<AgentHealth, 'healthy' | 'reasons'>;
  readonly executors: readonly ExecutorName[];
  /** Tasks can't be kept apart from the controller on this machine: only its own sample is run. */
  readonly isSampleOnly: boolean;
}

export type Admission = { readonly ok: true; readonly slot: number } | { readonly ok: false; readonly reason: Reason };

/** G4, G14: whether the offer is taken, and in which slot: the lowest free one. */
export function admit(offer: Pick<Offer, 'executor' | 'sample'>, facts: AdmissionFacts): Admission {
  const refuse = (reason: Reason): Admission => ({ ok: false, reason });
  if (facts.isDraining) return refuse({ code: 'agentDraining' });
  if (!facts.isEnabled) return refuse({ code: 'agentDisabled' });
  if (facts.isSampleOnly && !offer.sample) return refuse({ code: 'agentNoIsolation' });
  if (!facts.executors.includes(offer.executor))
    return refuse({ code: 'executorUnavailable', parameters: { executor: offer.executor, detail: 'this machine does not have it' } });
  if (!facts.health.healthy)
    return refuse({ code: 'agentUnhealthy', parameters: { detail: facts.health.reasons.map(reasonSentence).join('; ').slice(0, 2_000) } });
  const slot = lowestFree(facts.slots, facts.takenSlots);
  return slot === undefined ? refuse({ code: 'agentNoFreeSlot', parameters: { slots: facts.slots } }) : { ok: true, slot };
}

/** Attempts of a time with more slots count too: slots are never exceeded, also when their number was lowered. */
function lowestFree(slots: number, taken: ReadonlySet<number>): number | undefined {
  if (taken.size >= slots) return undefined;
  return Array.from({ length: slots }, (_, slot) => slot).find((slot) => !taken.has(slot));
}
