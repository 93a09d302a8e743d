import type { AgentView, AttemptView, Page, PipelineRow, RunSummary, RunView } from '@drover/protocol/api';
import type { LiveMessage } from '@drover/protocol/live';
import type { QueryClient } from '@tanstack/react-query';
import { keys } from '../api/keys.js';
import { historyAfterRun, isNews, pageAfterRun } from './patch.js';

/** Counts are read again at most this often. */
const countsEveryMs = 1_000;

/** Brings the query cache up to date with a message. Signing out and logs are for others. */
export function createApply(cache: QueryClient): (message: LiveMessage) => void {
  const refetch = throttledRefetch(cache);
  return (message) => {
    switch (message.type) {
      case 'runSummary':
        cache.setQueriesData<Page<PipelineRow>>({ queryKey: keys.pipelineLists }, (page) => page && pageAfterRun(page, message.run));
        cache.setQueriesData<Page<RunSummary>>({ queryKey: keys.runLists(message.run.pipelineId) }, (page) =>
          page && 'items' in page ? historyAfterRun(page, message.run) : page,
        );
        if (!holdsRun(cache, message.run)) refetch(keys.runLists(message.run.pipelineId));
        refetch(keys.tally);
        refetch(keys.pipeline(message.run.pipelineId)); // what auto-increment parameters have grown to
        return;
      case 'run':
        cache.setQueryData<RunView>(keys.run(message.run.id), (known) => (isNews(known, message.run) ? message.run : known));
        return;
      case 'attempt':
        patchAttempt(cache, message.attempt);
        return;
      case 'agent':
        cache.setQueryData<readonly AgentView[]>(keys.agents, (agents) => agents && agentsAfter(agents, message.agent));
        cache.setQueryData<AgentView>(
          keys.agent(message.agent.id),
          (known) => known && (isNews(known, message.agent) ? message.agent : known),
        );
        return;
      case 'agentGone':
        cache.setQueryData<readonly AgentView[]>(keys.agents, (agents) => agents?.filter(({ id }) => id !== message.agentId));
        return;
      case 'farm':
        cache.setQueryData(keys.farm, message.farm);
        return;
      case 'pipelinesChanged':
        refetch(keys.pipelineLists);
        refetch(keys.tally);
        refetch(keys.projects);
        refetch(keys.pipeline(message.pipelineId));
        return;
      case 'packagesChanged':
        refetch(keys.packages(message.projectId));
        if (message.runId !== undefined) refetch(keys.runPackages(message.runId));
        return;
      case 'logBytes':
      case 'logGap':
      case 'signedOut':
        return;
    }
  };
}

const holdsRun = (cache: QueryClient, run: RunSummary): boolean =>
  cache
    .getQueriesData<Page<RunSummary>>({ queryKey: keys.runLists(run.pipelineId) })
    .every(([, page]) => page === undefined || page.items.some(({ id }) => id === run.id));

/** The list of agents after news of one; a new one goes to its end, so that no row moves. */
export function agentsAfter(agents: readonly AgentView[], agent: AgentView): readonly AgentView[] {
  const known = agents.find(({ id }) => id === agent.id);
  if (known === undefined) return [...agents, agent];
  return isNews(known, agent) ? agents.map((one) => (one.id === agent.id ? agent : one)) : agents;
}

/** Attempts carry no revision of their own: the link keeps their order, and an ended one never changes back. */
function patchAttempt(cache: QueryClient, attempt: AttemptView): void {
  cache.setQueryData<AttemptView>(keys.attempt(attempt.id), attempt);
  cache.setQueryData<readonly AttemptView[]>(keys.attempts(attempt.runId, attempt.taskKey), (attempts) => {
    if (attempts === undefined) return attempts;
    const known = attempts.some(({ id }) => id === attempt.id);
    return known
      ? attempts.map((one) => (one.id === attempt.id ? attempt : one))
      : [...attempts, attempt].sort((a, b) => a.number - b.number);
  });
}

function throttledRefetch(cache: QueryClient): (queryKey: readonly unknown[]) => void {
  const due = new Set<string>();
  return (queryKey) => {
    const name = JSON.stringify(queryKey);
    if (due.has(name)) return;
    due.add(name);
    setTimeout(() => {
      due.delete(name);
      void cache.invalidateQueries({ queryKey });
    }, countsEveryMs);
  };
}
