import type { AttemptResult } from '@drover/protocol/agent';
import { crashPoint } from '../../crash-points.js';
import type { JournalEntry, StartedEntry } from '../../journal/records.js';
import type { AssignmentPorts } from './assignment-ports.js';
import { lostRecords } from '../course.js';
import type { Held } from './held.js';

/**
 * G8: after a crash, first ends what the attempts left running, then states what they came to: an attempt that was
 * running is lost, with the log up to the crash; a finished one is delivered again; an offer that was taken is asked
 * for again, which is answered as before.
 */
export async function recoverHeld(ports: AssignmentPorts): Promise<readonly Held[]> {
  const entries = [...ports.journal.entries.values()];
  const removed = await ports.hands.reap({ keep: new Set() });
  if (removed.length > 0) ports.logger.warn('leftovers of an earlier process were removed', { removed });
  crashPoint('agent.recovery.reaped');
  const held: Held[] = [];
  for (const entry of entries) held.push(await recoverEntry(ports, entry));
  await ports.spool.removeAllBut(new Set(entries.filter(({ state }) => state !== 'accepted').map(({ attemptId }) => attemptId)));
  return held;
}

async function recoverEntry(ports: AssignmentPorts, entry: JournalEntry): Promise<Held> {
  const { attemptId, slot } = entry;
  if (entry.state === 'accepted') return { state: 'accepting', attemptId, slot, offerId: entry.offerId };
  const file = await ports.spool.recover(attemptId);
  const log = await file.seal();
  if (entry.state === 'finished') return { state: 'finished', attemptId, slot, fencing: entry.fencing, result: entry.result, file };
  const result = lostResult(ports, entry, log);
  await ports.journal.append({ type: 'finished', attemptId, result });
  crashPoint('agent.recovery.journaled');
  return { state: 'finished', attemptId, slot, fencing: entry.fencing, result, file };
}

function lostResult({ clock, agentName }: AssignmentPorts, { startedAt, steps }: StartedEntry, log: AttemptResult['log']): AttemptResult {
  const now = Math.max(clock.now(), startedAt);
  return {
    outcome: 'lost',
    reason: { code: 'agentCrashed', parameters: { agent: agentName() } },
    startedAt,
    finishedAt: now,
    steps: [...lostRecords(steps, { now, offset: log.sizeBytes })],
    log,
    warnings: [],
  };
}
