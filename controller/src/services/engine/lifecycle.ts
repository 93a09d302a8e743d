import { impliedEffects } from '../../domain/runs/effects.js';
import type { AttemptRecord } from '../../domain/attempts/attempt.js';
import type { RunRecord } from '../../domain/runs/record.js';
import type { EngineCore } from './engine-core.js';

/** How often, while anything is active, what should be in motion is compared with what is. */
const sweepMs = 60_000;

/**
 * G7: takes up what the store says was under way. Attempts first, so that no run queues one that is there already;
 * then the runs, each with what its state implies; then ends that no run has taken in, not before, since a run that
 * they end must not be opened as it was; then starts that were acknowledged but not inserted.
 */
export async function startUp(core: EngineCore): Promise<void> {
  const { stores, log } = core.ports;
  await core.agents.load();
  await core.heartbeat.start();
  const runs = await stores.runs.unfinished();
  const attempts = await stores.attempts.unfolded();
  const isEnd = ({ state }: AttemptRecord): boolean => state === 'finished';
  attempts.filter((attempt) => !isEnd(attempt)).forEach((attempt) => core.ledger.take(attempt));
  endOrphans(core, runs);
  const pending = await core.starter.expectPending();
  await openRuns(core, runs);
  attempts.filter(isEnd).forEach((attempt) => core.ledger.take(attempt));
  await core.starter.finishPending(pending);
  core.absence.everyoneAway();
  core.isReady = true;
  core.placer.open();
  sweepLater(core);
  core.ports.timers.after(sweepMs, () => {
    if (!core.isClosed) core.background.run('finish late starts', () => core.starter.finishLate());
  });
  log.info('the engine runs', { runs: runs.length, attempts: attempts.length, agents: core.agents.size });
}

async function openRuns(core: EngineCore, runs: readonly RunRecord[]): Promise<void> {
  for (const record of [...runs].sort((a, b) => a.number - b.number)) {
    const definition = await core.definition(record.definitionId);
    if (definition === undefined) core.ports.log.error('the definition of a run is not in the store', { runId: record._id });
    else core.world.opened(record, definition);
  }
}

/** Attempts whose run has ended without them: nobody waits for them. */
function endOrphans(core: EngineCore, runs: readonly RunRecord[]): void {
  const alive = new Set(runs.map((record) => record._id));
  for (const { record } of core.board.all()) {
    if (!alive.has(record.runId))
      core.background.run('end orphan', () => core.ledger.stop(record, { reason: { code: 'stoppedBecauseRunEnded' } }));
  }
}

function sweepLater(core: EngineCore): void {
  core.ports.timers.after(sweepMs, () => {
    if (core.isClosed) return;
    if (core.board.size > 0 || core.slots.active > 0) core.background.run('sweep', () => sweep(core));
    sweepLater(core);
  });
}

/** The safety net: ends that no run has taken in, and attempts that no board knows, are brought up again. */
export async function sweep(core: EngineCore): Promise<void> {
  for (const record of await core.ports.stores.runs.unfinished()) {
    const isInMotion = impliedEffects(record.run).every(
      (effect) => !('attemptId' in effect) || core.board.get(effect.attemptId) !== undefined,
    );
    const definition = isInMotion ? undefined : await core.definition(record.definitionId);
    if (definition === undefined) continue;
    core.driver.met(record, definition);
    // What was read is old by now: a run that has ended meanwhile must not get its slot back.
    const newest = await core.driver.read(record._id);
    if (newest !== undefined && newest.state !== 'finished') core.world.opened(newest, definition);
  }
  for (const attempt of await core.ports.stores.attempts.unfolded()) {
    if (attempt.state === 'finished') core.ledger.take(attempt);
  }
  core.placer.wake();
}

/** Lets what is under way end; agents continue to work and connect to the next controller. */
export async function shutDown(core: EngineCore): Promise<void> {
  core.isReady = false;
  core.placer.close();
  core.absence.close();
  core.stops.close();
  core.queueTimes.close();
  core.sealer.close();
  core.sources.abandon();
  core.world.flush();
  core.isClosed = true;
  for (const agent of core.agents.all()) agent.session?.connection.close('the controller is closing');
  await core.background.idle();
  core.world.flush();
  await core.background.idle();
  await core.heartbeat.close();
}
