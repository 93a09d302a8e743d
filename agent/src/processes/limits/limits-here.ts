import type { Logger } from '../../shared/logger.js';
import type { ProcessRlimit } from './process-rlimit.js';
import type { LimitKind, TaskLimits } from './task-limits.js';

/** What keeps the limits of tasks on this machine. */
export interface LimitKeepers {
  /** What control groups limit. */
  readonly kept: ReadonlySet<LimitKind>;
  readonly processRlimit: ProcessRlimit | undefined;
  /** A task without isolation that is root can leave its control groups. */
  readonly isRootWithout: boolean;
}

/** What an operator relies on: one line when the agent starts. A warning where a limit that was asked for does not hold. */
export function tellOfLimits(limits: TaskLimits, keepers: LimitKeepers, logger: Logger): void {
  const { kept, isRootWithout } = keepers;
  const fields = { processes: processesText(limits, keepers), memory: memoryText(limits, keepers.kept), disk: diskText(limits) };
  const usesGroups = kept.has('processes') || kept.has('memory');
  const escape = isRootWithout && usesGroups ? { detail: 'without isolation a task of root can leave the control groups' } : {};
  const isWhole = Object.values(fields).every((text) => !text.startsWith(missing));
  logger[isWhole ? 'info' : 'warn']('limits of tasks outside of containers', { ...fields, ...escape });
}

const missing = 'none: ';
const noGroups = `${missing}the agent may make no control groups for it`;
const unwanted = 'no limit is set';

function processesText({ processes }: TaskLimits, { kept, processRlimit }: LimitKeepers): string {
  if (processes === undefined) return unwanted;
  if (kept.has('processes')) return `${processes} for each task`;
  if (processRlimit === undefined) return noGroups;
  return `${processRlimit.processes} ${sharers[processRlimit.counts]}, without control groups`;
}

const sharers: Readonly<Record<ProcessRlimit['counts'], string>> = { attempt: 'for each task', user: 'for all tasks together' };

const megabytes = (bytes: number): string => `${Math.round(bytes / 2 ** 20)} MB`;

function memoryText({ memoryBytes, allMemoryBytes }: TaskLimits, kept: ReadonlySet<LimitKind>): string {
  if (memoryBytes === undefined) return unwanted;
  if (!kept.has('memory')) return noGroups;
  if (allMemoryBytes === undefined) return `${megabytes(memoryBytes)} for each task`;
  const together = kept.has('allMemory') ? megabytes(allMemoryBytes) : 'no limit';
  return `${megabytes(memoryBytes)} for each task, ${together} for all together`;
}

const diskText = ({ diskBytes }: TaskLimits): string =>
  diskBytes === undefined ? unwanted : `${megabytes(diskBytes)} for the workspace of each task`;
