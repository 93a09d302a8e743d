import type { Reason } from '@drover/protocol';

/** What one attempt may use of the machine; what is undefined has no limit. */
export interface TaskLimits {
  /** Processes and threads at the same time. */
  readonly processes?: number;
  readonly memoryBytes?: number;
  /** Of its workspace. */
  readonly diskBytes?: number;
}

export const limitKinds = ['processes', 'memory', 'disk'] as const;
export type LimitKind = (typeof limitKinds)[number];

const megabyte = 2 ** 20;

/** Why an attempt ends that hit a limit. */
export function limitReason(kind: LimitKind, { processes = 0, memoryBytes = 0, diskBytes = 0 }: TaskLimits): Reason {
  switch (kind) {
    case 'processes':
      return { code: 'processLimit', parameters: { limit: processes } };
    case 'memory':
      return { code: 'memoryLimit', parameters: { limitMb: Math.round(memoryBytes / megabyte) } };
    case 'disk':
      return { code: 'diskLimit', parameters: { limitMb: Math.round(diskBytes / megabyte) } };
  }
}
