import type { AgentId, AttemptId, ProjectId, Reason, RunId } from '@drover/protocol';

/** What an attempt asks of an agent. */
export interface Requirement {
  readonly projectId: ProjectId;
  readonly labels: readonly string[];
  readonly executor: 'shell' | 'docker';
  readonly sample: boolean;
}

export interface WaitingAttempt {
  readonly attemptId: AttemptId;
  /** Ids of runs sort by the time of their start. */
  readonly runId: RunId;
  readonly waitedMs: number;
  /** Agents that declined it or did not answer, for a while. */
  readonly avoid?: ReadonlySet<AgentId>;
}
/** Attempts that ask for the same, of one project and one priority; those of the oldest run first. */
export interface WaitingGroup {
  readonly requirement: Requirement;
  readonly priority: number;
  readonly attempts: readonly WaitingAttempt[];
}

export interface PlacingAgent {
  readonly agentId: AgentId;
  readonly projectId?: ProjectId;
  readonly labels: ReadonlySet<string>;
  readonly executors: readonly string[];
  /** It runs beside the controller and cannot keep tasks apart from it. */
  readonly sampleOnly: boolean;
  readonly slots: number;
  /** Slots that are neither used nor on offer. */
  readonly free: number;
  readonly approved: boolean;
  readonly enabled: boolean;
  readonly connected: boolean;
  readonly draining: boolean;
  /** Set when it is unhealthy. */
  readonly illness?: string;
}

export interface Placement {
  readonly attemptId: AttemptId;
  readonly agentId: AgentId;
}

/** So much waiting weighs as much as one running slot of the project, or one step of priority: nobody starves. */
export const ageingMs = 60_000;

/**
 * Who gets which free slot: priority first, then the project with the smaller share of running slots, then the older
 * run, whichever of its stages waits. Waiting raises priority and share of the whole project. Among the agents that fit, the one with most free slots.
 */
export function place(
  groups: readonly WaitingGroup[],
  agents: readonly PlacingAgent[],
  running: ReadonlyMap<ProjectId, number>,
): readonly Placement[] {
  const free = new Map(agents.map((agent) => [agent.agentId, agent.free]));
  const share = new Map(running);
  const queues = groups.map((group) => ({
    group,
    next: 0,
    longestWaits: longestWaits(group.attempts),
    fits: agents.filter((agent) => firstObstacle(group.requirement, agent) === undefined),
  }));
  const placements: Placement[] = [];
  let open = queues.filter((queue) => queue.fits.length > 0 && queue.group.attempts.length > 0);
  while (open.length > 0) {
    const standing = { share, waits: waitsOf(open) };
    const queue = open.reduce((best, candidate) => (precedes(candidate, best, standing) ? candidate : best));
    const attempt = queue.group.attempts[queue.next];
    const agent = attempt && roomiest(queue.fits, free, attempt.avoid);
    queue.next += 1;
    if (attempt !== undefined && agent !== undefined) {
      placements.push({ attemptId: attempt.attemptId, agentId: agent.agentId });
      free.set(agent.agentId, (free.get(agent.agentId) ?? 0) - 1);
      const { projectId } = queue.group.requirement;
      share.set(projectId, (share.get(projectId) ?? 0) + 1);
    }
    const isSpent = queue.next >= queue.group.attempts.length || (agent === undefined && attempt?.avoid === undefined);
    if (isSpent) open = open.filter((candidate) => candidate !== queue);
  }
  return placements;
}

interface Queue {
  readonly group: WaitingGroup;
  readonly next: number;
  /** From each attempt on, how long the one that waits longest has waited. */
  readonly longestWaits: readonly number[];
}

interface Standing {
  readonly share: ReadonlyMap<ProjectId, number>;
  readonly waits: ReadonlyMap<string, number>;
}

function precedes(a: Queue, b: Queue, standing: Standing): boolean {
  const priority = urgency(a, standing) - urgency(b, standing);
  if (priority !== 0) return priority > 0;
  const fairness = load(a, standing) - load(b, standing);
  if (fairness !== 0) return fairness < 0;
  const [runOfA, runOfB] = [a.group.attempts[a.next]?.runId ?? '', b.group.attempts[b.next]?.runId ?? ''];
  return runOfA === runOfB ? waited(a) > waited(b) : runOfA < runOfB;
}

const urgency = ({ group }: Queue, { waits }: Standing): number =>
  group.priority + Math.floor((waits.get(waitKey(group)) ?? 0) / (10 * ageingMs));
const load = ({ group }: Queue, { share, waits }: Standing): number =>
  (share.get(group.requirement.projectId) ?? 0) - Math.floor((waits.get(waitKey(group)) ?? 0) / ageingMs);

const waited = (queue: Queue): number => queue.longestWaits[queue.next] ?? 0;

/** One wait for all that a project wants at one priority: among its own attempts the run decides. */
const waitKey = ({ requirement, priority }: WaitingGroup): string => `${priority} ${requirement.projectId}`;

function waitsOf(queues: readonly Queue[]): ReadonlyMap<string, number> {
  const waits = new Map<string, number>();
  for (const queue of queues) waits.set(waitKey(queue.group), Math.max(waits.get(waitKey(queue.group)) ?? 0, waited(queue)));
  return waits;
}

function longestWaits(attempts: readonly WaitingAttempt[]): readonly number[] {
  const longest: number[] = [];
  let sofar = 0;
  for (const { waitedMs } of attempts.toReversed()) longest.push((sofar = Math.max(sofar, waitedMs)));
  return longest.reverse();
}

function roomiest(
  agents: readonly PlacingAgent[],
  free: ReadonlyMap<AgentId, number>,
  avoid: ReadonlySet<AgentId> | undefined,
): PlacingAgent | undefined {
  let best: PlacingAgent | undefined;
  for (const agent of agents) {
    const room = free.get(agent.agentId) ?? 0;
    if (room <= 0 || avoid?.has(agent.agentId) === true) continue;
    if (best === undefined || room > (free.get(best.agentId) ?? 0)) best = agent;
  }
  return best;
}

/** The first condition that keeps an agent from taking an attempt at this moment (G3); undefined when it fits. */
export function firstObstacle(requirement: Requirement, agent: PlacingAgent): Reason | undefined {
  return lastingObstacle(requirement, agent) ?? passingObstacle(agent);
}

/** What will not pass by itself: scope, labels, executor, isolation. */
export function lastingObstacle(requirement: Requirement, agent: PlacingAgent): Reason | undefined {
  if (agent.projectId !== undefined && agent.projectId !== requirement.projectId) return { code: 'agentOutOfScope' };
  const missing = requirement.labels.find((label) => !agent.labels.has(label));
  if (missing !== undefined) return { code: 'agentLabelMissing', parameters: { label: missing } };
  if (!agent.executors.includes(requirement.executor)) return { code: 'agentLabelMissing', parameters: { label: requirement.executor } };
  if (agent.sampleOnly && !requirement.sample && requirement.executor === 'shell') return { code: 'agentNoIsolation' };
  return undefined;
}

function passingObstacle(agent: PlacingAgent): Reason | undefined {
  if (!agent.approved) return { code: 'agentUnapproved' };
  if (!agent.enabled) return { code: 'agentDisabled' };
  if (!agent.connected) return { code: 'agentOffline' };
  if (agent.draining) return { code: 'agentDraining' };
  if (agent.illness !== undefined) return { code: 'agentUnhealthy', parameters: { detail: agent.illness } };
  if (agent.free <= 0) return { code: 'agentNoFreeSlot', parameters: { slots: agent.slots } };
  return undefined;
}
