import type { AgentView } from '@drover/protocol/api';

export type HerdFilter = 'all' | 'needLook' | 'free';

const settled: readonly AgentView['status'][] = ['online', 'draining', 'disabled'];

export const needsLook = (agent: AgentView): boolean => !settled.includes(agent.status);
export const hasRoom = (agent: AgentView): boolean => agent.status === 'online' && agent.attempts.length < agent.slots;

/** Agents that pass the filter and whose name or a label holds the words. Rows keep their order: by name, what came later at the end. */
export function filtered(agents: readonly AgentView[], filter: HerdFilter, words: string): readonly AgentView[] {
  const search = words.trim().toLowerCase();
  return agents.filter(
    (agent) =>
      (filter === 'all' || (filter === 'free' ? hasRoom(agent) : needsLook(agent))) &&
      (search === '' || agent.name.toLowerCase().includes(search) || agent.labels.some((label) => label.toLowerCase().includes(search))),
  );
}

/** Share of the machine's memory in use, in percent; undefined while the agent is away. */
export function memoryPercent({ facts, health }: AgentView): number | undefined {
  return health === undefined || facts.memoryMb === 0
    ? undefined
    : Math.min(100, Math.max(0, Math.round((1 - health.freeMemoryMb / facts.memoryMb) * 100)));
}

export type Pip = 'busy' | 'free' | 'off';

/** A pip for each slot: taken slots first; what can't be given now is off. */
export function pipsOf(agent: AgentView): Pip[] {
  const taken = Math.min(agent.slots, agent.attempts.length);
  return Array.from({ length: agent.slots }, (_, slot) => (slot < taken ? 'busy' : agent.status === 'online' ? 'free' : 'off'));
}
