import type { ReasonCode } from '@drover/protocol';
import type { AgentView, RunSummary } from '@drover/protocol/api';

type Status = RunSummary['status'];
type AgentStatus = AgentView['status'];

export const words = {
  notRun: 'Not run', queued: 'Queued', waiting: 'Waiting for approval', running: 'Running', stopping: 'Stopping…', succeeded: 'Succeeded',
  failed: 'Failed', timedOut: 'Timed out', lost: 'Lost', stopped: 'Stopped', skipped: 'Skipped',
} satisfies Record<Status, string>;

export const agentWords = {
  online: 'Online', draining: 'Draining', unhealthy: 'Unhealthy', silent: 'Silent', unapproved: 'Not approved', disabled: 'Disabled',
} satisfies Record<AgentStatus, string>;

export const triggerWords = { manual: 'manual', api: 'API', system: 'system' };

export const reasons = {
  stepFailed: 'Step “{step}” exited with code {exitCode}.',
  stepKilled: 'Step “{step}” was killed by signal {signal}.',
  stepNotStarted: 'Step “{step}” could not be started: {detail}',
  checkoutFailed: 'Checking out {source} failed: {detail}',
  uploadFailed: 'Uploading package {package} failed: {detail}',
  noFilesMatched: 'Step “{step}” found no file that matches {patterns}.',
  taskFailed: 'Task “{task}” failed.',
  taskTimedOut: 'The time limit of {limitSeconds} s was reached.',
  stopped: 'Stopped by {who}.',
  stoppedBecauseRunEnded: 'The run had ended.',
  queueTimeLimit: 'Waited longer than {limitSeconds} s in the queue.',
  agentLost: 'Agent {agent} stayed away longer than {limitSeconds} s.',
  agentCrashed: 'Agent {agent} stopped while the task was running.',
  agentDropped: 'Agent {agent} no longer knew of the task.',
  agentRefused: 'Agent {agent} could not start the task: {detail}',
  sourceUnreachable: 'Source {source} could not be read: {detail}',
  refNotFound: 'Source {source} has no branch, tag or commit {ref}.',
  unknownReference: '“{reference}” in {field} refers to nothing.',
  secretUnreadable: 'Secret {name} can’t be decrypted with the keys at hand.',
  definitionInvalid: 'The pipeline can’t run: {detail}',
  workspaceFailed: 'The workspace could not be prepared: {detail}',
  executorUnavailable: 'Executor {executor} is not available: {detail}',
  diskFull: 'The disk of agent {agent} is full.',
  notSelected: 'Not selected for this run.',
  earlierFailure: 'An earlier task failed.',
  internal: 'Something went wrong inside: {detail}',
  runLimit: '{active} of {limit} runs of this pipeline are active; place {place} in the queue.',
  resolvingSources: 'The commit of {source} is being looked up.',
  noAgents: 'No agent is registered.',
  noAgentMatches: 'No registered agent has what the task needs: {missing}.',
  allSlotsBusy: 'All slots of the agents that fit are busy; place {place} in the queue.',
  waitingForAgent: 'Agent {agent} is away; it is waited for until its time runs out.',
  beingOffered: 'Offered to agent {agent}.',
  agentLabelMissing: 'has no label {label}',
  agentNoFreeSlot: 'all {slots} slots are busy',
  agentDisabled: 'is disabled',
  agentDraining: 'is draining',
  agentOffline: 'is not connected',
  agentOutOfScope: 'works for another project',
  agentUnhealthy: 'is unhealthy: {detail}',
  agentUnapproved: 'waits for approval',
  agentFits: 'fits',
  agentNoIsolation: 'can’t keep tasks apart from the controller beside it; it runs only the sample',
  diskLow: 'Only {freeMb} MB are free in its work folder, the limit is {limitMb} MB.',
  executorBroken: 'Executor {executor} is broken: {detail}',
  spoolBroken: 'Its spool can’t be written: {detail}',
} satisfies Record<ReasonCode, string>;
