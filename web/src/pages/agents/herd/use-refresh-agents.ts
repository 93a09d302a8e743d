import type { AgentView } from '@drover/protocol/api';
import { useQueryClient } from '@tanstack/react-query';
import { keys } from '../../../api/keys.js';

/** Takes in the controller's answer about an agent at once, then reads the list again. */
export function useRefreshAgents(): (agent?: AgentView) => void {
  const cache = useQueryClient();
  return (agent) => {
    if (agent !== undefined)
      cache.setQueryData<readonly AgentView[]>(keys.agents, (all) => all?.map((one) => (one.id === agent.id ? agent : one)));
    void cache.invalidateQueries({ queryKey: keys.agents });
    void cache.invalidateQueries({ queryKey: keys.farm });
  };
}
