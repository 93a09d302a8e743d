import { availableParallelism, freemem, loadavg } from 'node:os';
import { access, constants, statfs } from 'node:fs/promises';
import type { Reason } from '@drover/protocol';
import type { AgentHealth } from '@drover/protocol/agent';
import { messageOf } from '../shared/logger.js';

/** Readings of the machine; what they mean is decided by `judgeHealth`. */
export interface Readings {
  readonly loadPercent: number;
  readonly freeMemoryMb: number;
  readonly freeDiskMb: number;
  /** Why the spool can't be written; absent: it can. */
  readonly spoolFault?: string;
  readonly executorFaults: readonly { readonly executor: string; readonly detail: string }[];
}

/** G14: healthy, or why not. */
export function judgeHealth({ loadPercent, freeMemoryMb, freeDiskMb, spoolFault, executorFaults }: Readings, limitMb: number): AgentHealth {
  const reasons: Reason[] = [];
  if (freeDiskMb < limitMb) reasons.push({ code: 'diskLow', parameters: { freeMb: freeDiskMb, limitMb } });
  if (spoolFault !== undefined) reasons.push({ code: 'spoolBroken', parameters: { detail: spoolFault } });
  for (const { executor, detail } of executorFaults.slice(0, 8)) reasons.push({ code: 'executorBroken', parameters: { executor, detail } });
  return { healthy: reasons.length === 0, reasons, loadPercent, freeMemoryMb, freeDiskMb };
}

/** Whether the controller should hear of the change: a verdict always, figures only when they moved a good deal. */
export function isWorthTelling(before: AgentHealth | undefined, after: AgentHealth): boolean {
  if (!before || before.healthy !== after.healthy) return true;
  if (codesOf(before) !== codesOf(after)) return true;
  return (
    Math.abs(before.loadPercent - after.loadPercent) >= 25 ||
    movedBy(before.freeMemoryMb, after.freeMemoryMb, 0.25) ||
    movedBy(before.freeDiskMb, after.freeDiskMb, 0.1)
  );
}

export interface HealthSources {
  readonly workFolder: string;
  readonly spoolFolder: string;
  readonly executorFaults: () => Promise<Readings['executorFaults']>;
}

/** Looks at the machine now. */
export async function readHealth({ workFolder, spoolFolder, executorFaults }: HealthSources): Promise<Readings> {
  const [freeDiskMb, spoolFault, faults] = await Promise.all([freeDisk(workFolder), faultOf(spoolFolder), executorFaults()]);
  return {
    loadPercent: Math.round(((loadavg()[0] ?? 0) / availableParallelism()) * 100),
    freeMemoryMb: Math.floor(freemem() / 2 ** 20),
    freeDiskMb,
    executorFaults: faults,
    ...(spoolFault === undefined ? {} : { spoolFault }),
  };
}

const codesOf = ({ reasons }: AgentHealth): string =>
  reasons.map(({ code, parameters }) => `${code} ${String(parameters?.['executor'] ?? '')}`).join();

const movedBy = (before: number, after: number, part: number): boolean => Math.abs(before - after) > Math.max(before, 256) * part;

async function freeDisk(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return Math.floor((bavail * bsize) / 2 ** 20);
}

const faultOf = (folder: string): Promise<string | undefined> => access(folder, constants.W_OK).then(() => undefined, messageOf);
