import type { Reason, ReasonCode } from '@drover/protocol';
import { firstObstacle, lastingObstacle, type PlacingAgent, type Requirement } from './place.js';

/** Names that a sentence lists; the rest is counted. */
const mostNames = 5;

export interface NamedAgent extends PlacingAgent {
  readonly name: string;
}

/** What keeps agents that fit from taking a task, when it is the same for all of them. */
const together: Readonly<Partial<Record<ReasonCode, ReasonCode>>> = {
  agentOffline: 'agentsOffline',
  agentDisabled: 'agentsDisabled',
  agentDraining: 'agentsDraining',
  agentUnhealthy: 'agentsUnhealthy',
  agentUnapproved: 'agentsUnapproved',
};

/** G3: why a task that is offered to nobody waits, in one sentence over all agents. `place` counts from 1; without it the sentence leaves it out. */
export function queueVerdict(requirement: Requirement, agents: readonly NamedAgent[], place?: number): Reason {
  if (agents.length === 0) return { code: 'noAgents' };
  const fitting = agents.filter((agent) => lastingObstacle(requirement, agent) === undefined);
  if (fitting.length === 0) return { code: 'noAgentMatches', parameters: { missing: missingOf(requirement, agents) } };
  const obstacles = new Set(fitting.map((agent) => firstObstacle(requirement, agent)?.code ?? 'agentFits'));
  if (obstacles.has('agentFits')) return { code: 'agentFree' };
  if (obstacles.has('agentNoFreeSlot'))
    return place === undefined ? { code: 'slotsBusy' } : { code: 'allSlotsBusy', parameters: { place } };
  const [only] = obstacles;
  const code = (obstacles.size === 1 && only !== undefined ? together[only] : undefined) ?? 'agentsUnavailable';
  return { code, parameters: { agents: listed(fitting.map(({ name }) => name)) } };
}

const listed = (names: readonly string[]): string =>
  names.slice(0, mostNames).join(', ') + (names.length > mostNames ? `, +${names.length - mostNames}` : '');

/** What no agent has, or what the nearest agent lacks. */
function missingOf(requirement: Requirement, agents: readonly PlacingAgent[]): string {
  const nowhere = requirement.labels.filter((label) => !agents.some((agent) => agent.labels.has(label)));
  if (nowhere.length > 0) return nowhere.join(', ');
  if (!agents.some((agent) => agent.executors.includes(requirement.executor))) return `executor ${requirement.executor}`;
  return requirement.labels.length > 0 ? `one agent with all of ${requirement.labels.join(', ')}` : `an agent that may take it`;
}
