import { gitCauses, isGitCause } from './git-causes.js';
import type { Reason } from './reasons.js';

/**
 * Why something ended, waits or was refused: a code with its facts. Stored as this, put into words at the edge,
 * so that it can be read in any language. `{name}` in a sentence stands for the parameter of that name.
 */
export const reasonSentences = {
  // ends of runs, tasks, attempts
  stepFailed: 'step “{step}” exited with code {exitCode}',
  stepKilled: 'step “{step}” was killed by signal {signal}',
  stepNotStarted: 'step “{step}” could not be started: {detail}',
  shellNotFound: 'step “{step}” needs {shell}, which is not there: choose another shell for the step, or install it',
  checkoutFailed: 'checking out {source} failed: {detail}',
  uploadFailed: 'uploading package {package} failed: {detail}',
  noFilesMatched: 'step “{step}” found no file that matches {patterns}',
  taskFailed: 'task “{task}” failed',
  stepTimedOut: 'step “{step}” reached its time limit of {limitSeconds} s',
  taskTimedOut: 'the task reached its time limit of {limitSeconds} s',
  stopped: 'stopped by {who}',
  stoppedBecauseRunEnded: 'the run had ended',
  queueTimeLimit: 'waited longer than {limitSeconds} s in the queue',
  agentLost: 'agent {agent} stayed away longer than {limitSeconds} s',
  agentCrashed: 'agent {agent} stopped while the task was running',
  agentDropped: 'agent {agent} no longer knew of the task',
  agentRefused: 'agent {agent} could not start the task: {detail}',
  sourceUnreachable: 'source {source} could not be read: {detail}',
  refNotFound: 'source {source} has no branch, tag or commit {ref}',
  unknownReference: '“{reference}” in {field} refers to nothing',
  secretInField: '{field} refers to the secret {secret}, and others can read the field: pass the secret to a script only',
  secretInPackage:
    'the field “{field}” of step “{step}” holds the value of a secret; nothing was uploaded, because others can read the field',
  secretUnreadable: 'secret {name} cannot be decrypted with the present keys',
  definitionInvalid: 'the pipeline cannot run: {detail}',
  workspaceFailed: 'the workspace could not be prepared: {detail}',
  executorUnavailable: 'executor {executor} is not available: {detail}',
  imageWithoutShell: 'the image {image} has no /bin/sh, which the steps of a container need: choose an image with a shell',
  diskFull: 'the disk of agent {agent} is full',
  processLimit: 'the task reached its limit of {limit} processes and threads: start fewer at once, or raise --max-processes of the agent',
  memoryLimit:
    'the task reached its limit of {limitMb} MB of memory: use less, or raise the limit of the job or --max-memory-mb of the agent',
  machineMemoryLimit:
    'the tasks on the machine together used up its memory, of which they may have {limitMb} MB: run fewer at once, or lower --max-memory-mb of the agent',
  diskLimit: 'the workspace of the task grew beyond its limit of {limitMb} MB: write less, or raise --max-disk-mb of the agent',
  notSelected: 'not selected for this run',
  earlierFailure: 'an earlier task failed',
  internal: 'something went wrong inside: {detail}',
  // why a run or a task waits
  runLimit: '{active} of {limit} runs of this pipeline are active; place {place} in the queue',
  resolvingSources: 'the commit of {source} is being looked up',
  noAgents: 'no agent is registered',
  noAgentMatches: 'no registered agent has what the task needs: {missing}',
  runsBusy: 'the pipeline already has as many active runs as it may have ({limit})',
  allSlotsBusy: 'all slots of the agents that fit are busy; place {place} in the queue',
  slotsBusy: 'all slots of the agents that fit are busy',
  agentFree: 'an agent that fits has a free slot; the task is about to start',
  agentsOffline: 'every agent that fits is offline: {agents}',
  agentsDisabled: 'every agent that fits is disabled: {agents}',
  agentsDraining: 'every agent that fits is draining: {agents}',
  agentsUnhealthy: 'every agent that fits is unhealthy: {agents}',
  agentsUnapproved: 'every agent that fits waits for approval: {agents}',
  agentsUnavailable: 'no agent that fits can take work now: {agents}',
  agentAwayRerun: 'agent {agent} has been away since {since}; if it is not back by {until}, the task runs again on another agent',
  agentAwayFail: 'agent {agent} has been away since {since}; if it is not back by {until}, the task fails',
  beingOffered: 'offered to agent {agent}',
  // why one agent does not take a task
  agentLabelMissing: 'has no label {label}',
  agentNoFreeSlot: 'none of its slots ({slots}) is free',
  agentDisabled: 'is disabled',
  agentDraining: 'is draining',
  agentOffline: 'is not connected',
  agentOutOfScope: 'works for another project',
  agentUnhealthy: 'is unhealthy: {detail}',
  agentUnapproved: 'waits for approval',
  agentFits: 'fits',
  agentNoIsolation: 'cannot keep tasks apart from the controller beside it; it runs only the sample',
  // health of an agent
  diskLow: 'only {freeMb} MB are free in its work folder, the limit is {limitMb} MB',
  executorBroken: 'executor {executor} is broken: {detail}',
  spoolBroken: 'its spool cannot be written: {detail}',
} as const;

export type ReasonCode = keyof typeof reasonSentences;
export const reasonCodes: readonly ReasonCode[] = Object.keys(reasonSentences) as ReasonCode[];

/** The reason in English, for terminals, logs and problem details. */
export function reasonSentence(reason: Reason): string {
  const parameters: Readonly<Record<string, string | number>> = reason.parameters ?? {};
  const sentence = reasonSentences[reason.code].replace(/\{(\w+)\}/g, (whole, name: string) =>
    Object.hasOwn(parameters, name) ? factText(name, parameters[name]) : whole,
  );
  return isGitCause(parameters['cause']) ? `${sentence}\n${gitCauses[parameters['cause']]}` : sentence;
}

/** Facts that are moments, in milliseconds since 1970. */
const momentFacts: ReadonlySet<string> = new Set(['since', 'until']);

const factText = (name: string, value: unknown): string =>
  momentFacts.has(name) && typeof value === 'number' ? new Date(value).toISOString() : String(value);
