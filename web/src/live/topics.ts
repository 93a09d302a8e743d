import type { LiveRequest } from '@drover/protocol/live';

/** Requests that open a subscription. */
export type Watch = Extract<LiveRequest, { type: `watch${string}` }>;

/** What tells two subscriptions apart here; the controller's own topic comes with its reply. */
export function watchKey(watch: Watch): string {
  switch (watch.type) {
    case 'watchRuns':
      return `runs:${watch.projectId ?? ''}:${watch.pipelineId ?? ''}`;
    case 'watchRun':
      return `run:${watch.runId}`;
    case 'watchLog':
      return `log:${watch.attemptId}`;
    case 'watchAgents':
      return 'agents';
    case 'watchFarm':
      return 'farm';
  }
}
