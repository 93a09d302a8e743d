import { readFileSync } from 'node:fs';

/** Resident memory of a process, in bytes: what it holds itself, without pages of mapped files, which the system takes back at will. */
export function memoryOf(pid: number): { readonly residentBytes: number; readonly ownBytes: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const of = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? NaN) * 1_024;
  return { residentBytes: of('VmRSS'), ownBytes: of('RssAnon') };
}

/** Clock ticks a second in /proc, on every Linux that Node runs on. */
const ticksPerSecond = 100;

/** Processor time that a process has used so far, all threads, in milliseconds. */
export function processorMsOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[11]) + Number(fields[12])) * 1_000) / ticksPerSecond;
}

/** Watches the memory of a process until `stop`, which gives the most that was seen. */
export function watchMemory(pid: number): { readonly stop: () => number } {
  let most = memoryOf(pid).residentBytes;
  const timer = setInterval(() => (most = Math.max(most, memoryOf(pid).residentBytes)), 50);
  return {
    stop: () => {
      clearInterval(timer);
      return most;
    },
  };
}

export const delay = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
