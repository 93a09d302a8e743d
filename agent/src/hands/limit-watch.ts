import type { Reason } from '@drover/protocol';
import { setTimeout as delay } from 'node:timers/promises';
import { limitReason, type TaskLimits } from '../processes/limits/task-limits.js';
import { messageOf, type Logger } from '../shared/logger.js';
import type { AttemptEnvironment } from '../executors/executor.js';
import { measureTree } from '../workspaces/tree-size.js';

/** Soon enough that nobody wonders why a machine is slow, seldom enough that two small files cost nothing. */
const lookMs = 500;
/** Part of the time that may go into measuring a workspace. */
const measuringPart = 0.05;
const shortestPauseMs = 1_000;

export interface LimitWatch {
  readonly environment: Pick<AttemptEnvironment, 'hitLimit' | 'hostPath'>;
  readonly limits: TaskLimits;
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** Called once at most. */
  onLimit(reason: Reason): void;
}

/** A8: watches an attempt until it hits one of its limits or the signal ends the watch. */
export function watchLimits(watch: LimitWatch): void {
  const { signal, logger } = watch;
  let isHit = false;
  const onLimit = (reason: Reason): void => {
    if (isHit || signal.aborted) return;
    isHit = true;
    watch.onLimit(reason);
  };
  for (const keepLooking of [lookAtGroups, lookAtWorkspace])
    void keepLooking({ ...watch, onLimit }).catch((error: unknown) => {
      if (!signal.aborted) logger.warn('the limits of a task cannot be watched any more', { error: messageOf(error) });
    });
}

async function lookAtGroups({ environment, signal, onLimit }: LimitWatch): Promise<void> {
  if (environment.hitLimit === undefined) return;
  for (;;) {
    await pause(lookMs, signal);
    const reason = await environment.hitLimit();
    if (reason) return onLimit(reason);
  }
}

async function lookAtWorkspace({ environment, limits, signal, onLimit }: LimitWatch): Promise<void> {
  const { diskBytes } = limits;
  if (diskBytes === undefined) return;
  for (let pauseMs = shortestPauseMs; ;) {
    await pause(pauseMs, signal);
    const beganAt = performance.now();
    if ((await measureTree(environment.hostPath, { most: diskBytes, signal })) > diskBytes) return onLimit(limitReason('disk', limits));
    pauseMs = Math.max(shortestPauseMs, (performance.now() - beganAt) / measuringPart);
  }
}

const pause = (ms: number, signal: AbortSignal): Promise<void> => delay(ms, undefined, { signal, ref: false });
