import type { WaitingView } from '@drover/protocol/api';

type Checked = WaitingView['agents'][number];

export interface Unfit {
  readonly reason: Checked['reason'];
  readonly agents: readonly Checked[];
}

/** Reasons of agents that could take the task, if not now. */
const passing: readonly string[] = ['agentFits', 'agentNoFreeSlot', 'agentUnhealthy'];

/** Agents that fit, each with what holds it back; the others together by their reason, the commonest first. */
export function groupAgents(agents: readonly Checked[]): { readonly fit: readonly Checked[]; readonly others: readonly Unfit[] } {
  const groups = new Map<string, Checked[]>();
  for (const agent of agents.filter(({ reason }) => !passing.includes(reason.code))) {
    const key = JSON.stringify(agent.reason);
    groups.set(key, [...(groups.get(key) ?? []), agent]);
  }
  const others = [...groups.values()].flatMap((group): Unfit[] =>
    group[0] === undefined ? [] : [{ reason: group[0].reason, agents: group }],
  );
  return {
    fit: agents.filter(({ reason }) => passing.includes(reason.code)),
    others: others.sort((a, b) => b.agents.length - a.agents.length),
  };
}
