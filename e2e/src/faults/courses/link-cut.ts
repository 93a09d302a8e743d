import { setTimeout as delay } from 'node:timers/promises';
import { expect } from 'chai';
import { startRun } from '../../testing/definitions.js';
import type { Farm } from '../../testing/farm.js';
import type { Cable } from '../links/cable.js';
import type { Tally } from '../signs/tally.js';
import { begunIn, expectWideWhole, makeWide } from '../load/work.js';

export const farLabel = 'far';
const shortBeats = 12;

/** Lets tasks run at the other end of the cable, some that end while it is cut and some that outlive it; each runs once and delivers all. */
export async function outlivesCut(
  farm: Farm,
  tally: Tally,
  { cable, cutMs, waitSeconds }: { cable: Cable; cutMs: number; waitSeconds: number },
): Promise<void> {
  const longBeats = Math.ceil(cutMs / 500) + shortBeats;
  const recovery = { waitSeconds, then: 'rerun' } as const;
  const short = await makeWide(farm, tally, { tasks: 2, beats: shortBeats, labels: [farLabel], recovery, packageEvery: 2 });
  const long = await makeWide(farm, tally, { tasks: 2, beats: longBeats, labels: [farLabel], recovery });
  const runs = [
    { run: await startRun(farm, short.id), beats: shortBeats, packages: 1 },
    { run: await startRun(farm, long.id), beats: longBeats, packages: 0 },
  ];
  for (const { run } of runs) await tally.until((heard) => begunIn(heard, run.id) === 2);
  await cable.cut();
  await delay(cutMs); // how long it is cut is what is tried
  await cable.mend();
  for (const { run, ...known } of runs) {
    const attempts = await expectWideWhole(farm, tally, { run: await farm.finished(run.id, cutMs + 120_000), ...known });
    expect(attempts.map(({ number }) => number)).to.deep.equal([1, 1]);
  }
}
