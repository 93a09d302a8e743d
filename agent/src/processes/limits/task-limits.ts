import type { Reason } from '@drover/protocol';
import { totalmem } from 'node:os';

/** What one attempt may use of the machine; what is undefined has no limit. */
export interface TaskLimits {
  /** Processes and threads at the same time. */
  readonly processes?: number;
  readonly memoryBytes?: number;
  /** Of all attempts together; no limit where one of them has none. */
  readonly allMemoryBytes?: number;
  /** Of its workspace. */
  readonly diskBytes?: number;
}

/** `allMemory`: that of all attempts, or of the machine. */
export type LimitKind = 'processes' | 'memory' | 'allMemory' | 'disk';

const megabyte = 2 ** 20;

/** Why an attempt ends that hit a limit. */
export function limitReason(kind: LimitKind, limits: TaskLimits): Reason {
  const { processes = 0, memoryBytes = 0, allMemoryBytes = totalmem(), diskBytes = 0 } = limits;
  switch (kind) {
    case 'processes':
      return { code: 'processLimit', parameters: { limit: processes } };
    case 'memory':
      return { code: 'memoryLimit', parameters: { limitMb: Math.round(memoryBytes / megabyte) } };
    case 'allMemory':
      return { code: 'machineMemoryLimit', parameters: { limitMb: Math.round(allMemoryBytes / megabyte) } };
    case 'disk':
      return { code: 'diskLimit', parameters: { limitMb: Math.round(diskBytes / megabyte) } };
  }
}
