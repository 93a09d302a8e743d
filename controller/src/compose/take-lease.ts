import { existsSync, readFileSync, readlinkSync } from 'node:fs';
import { hostname } from 'node:os';
import { createTimers, systemClock, systemMonotonic } from '../adapters/environment/environment.js';
import { createControllerLeaseStore } from '../adapters/store/engine/controller-lease.js';
import { SoleController } from '../services/controllers/sole-controller.js';
import type { Log } from '../services/ports/environment.js';
import type { Lifetime } from './lifetime.js';
import type { OpenStore } from './open-store.js';

/** Makes sure that no other controller works on the database. Resolves with a promise of the moment when one does. */
export async function takeLease(
  { embedded, connection }: OpenStore,
  { controllerId, log, lifetime }: { readonly controllerId: string; readonly log: Log; readonly lifetime: Lifetime },
): Promise<{ readonly lost: Promise<Error> }> {
  if (embedded || !connection.db) return { lost: new Promise(() => undefined) }; // its folder has an owner
  const timers = createTimers();
  const sole = new SoleController({
    store: createControllerLeaseStore(connection.db),
    self: { controllerId, host: hostname(), pid: process.pid, machine: machineOf(), started: startOf(process.pid) },
    processOf: (pid) => (isRunning(pid) ? { started: startOf(pid) } : undefined),
    timers,
    monotonic: systemMonotonic,
    clock: systemClock,
    log,
  });
  lifetime.owns(async () => {
    await sole.close();
    timers.close();
  });
  await sole.claim();
  return { lost: sole.lost };
}

/**
 * The boot of the machine, the space of process numbers and that of times since the boot, as Linux names them. Empty on other
 * systems, and where `/proc` shows the numbers of another space.
 */
function machineOf(): string {
  try {
    if (readlinkSync('/proc/self') !== String(process.pid)) return '';
    const times = existsSync('/proc/self/ns/time') ? readlinkSync('/proc/self/ns/time') : '';
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${readlinkSync('/proc/self/ns/pid')} ${times}`.trim();
  } catch {
    return '';
  }
}

/** Ticks from the boot to the start of a process: field 22 of `stat`, counted behind the name, which may hold anything. */
function startOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/s, '').split(' ')[20] ?? '';
  } catch {
    return '';
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
