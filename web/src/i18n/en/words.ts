import type { AgentView, RunSummary } from '@drover/protocol/api';

type Status = RunSummary['status'];
type AgentStatus = AgentView['status'];

export const words = {
  notRun: 'Not run',
  queued: 'Queued',
  waiting: 'Waiting for approval',
  running: 'Running',
  stopping: 'Stopping…',
  succeeded: 'Succeeded',
  failed: 'Failed',
  timedOut: 'Timed out',
  lost: 'Lost',
  stopped: 'Stopped',
  skipped: 'Skipped',
} satisfies Record<Status, string>;

export const agentWords = {
  online: 'Online',
  draining: 'Draining',
  unhealthy: 'Unhealthy',
  silent: 'Silent',
  unapproved: 'Not approved',
  disabled: 'Disabled',
} satisfies Record<AgentStatus, string>;

export const triggerWords = { manual: 'manual', api: 'API', system: 'system' };
