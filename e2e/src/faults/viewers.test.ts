import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { makeScript, startRun } from '../testing/definitions.js';
import { Farm } from '../testing/farm.js';
import { LogViewer } from './signs/log-viewer.js';
import { setting } from './signs/measures.js';
import { firstAttempt } from './signs/presence.js';
import { Tally } from './signs/tally.js';

const viewers = setting('DROVER_FAULTS_VIEWERS', 200);
const fastBytes = 60_000_000;
const sharedBytes = 3_000_000;
/** What a viewer may have on its way to it, by the protocol's credit, twice over for the frames of the link. */
const creditMb = 2;
/** Memory that a garbage collector may leave lying about. */
const slackMb = 96;

/** So many join at the same time. */
const joiningAtOnce = 20;

describe('V4 B1 those who look at a log', function () {
  this.timeout(600_000);
  let farm: Farm;
  let tally: Tally;
  before(async () => {
    tally = await Tally.open();
    farm = await Farm.start({ env: { DROVER_LOG_LEVEL: 'error' } });
    await farm.addAgent({ name: 'printer', slots: 1 });
  });
  after(async () => {
    await farm?.close();
    await tally?.close();
  });

  const rssMb = (): number =>
    Math.round(Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${farm.controller.pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024);
  const highestRssMb = (): number =>
    Math.round(Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${farm.controller.pid}/status`, 'utf8'))?.[1] ?? 0) / 1_024);

  /** A run whose task prints so much once it is told to. */
  const begin = async (bytes: number) => {
    const script = `${tally.awaiting('$DROVER_RUN_ID')}; head -c ${bytes} /dev/zero | tr '\\0' x | fold -w 100`;
    const pipeline = await makeScript(farm, script);
    const run = await startRun(farm, pipeline.id);
    return { run, attemptId: await firstAttempt(farm, run, 'work') };
  };
  const grownTo = async ({ run, attemptId }: Awaited<ReturnType<typeof begin>>) => {
    tally.note(run.id);
    expect((await farm.finished(run.id, 240_000)).status).to.equal('succeeded');
    return farm.log(attemptId);
  };

  it('and stall, on a fast log, don’t hold it up and don’t make the controller’s memory grow', async () => {
    await grownTo(await begin(fastBytes)); // once without anybody: what the log itself takes
    const without = highestRssMb();
    const fast = await begin(fastBytes);
    const stalled = await Promise.all(
      (['givesNoCredit', 'doesNotEvenRead'] as const).map((kind) => LogViewer.open(farm.api, fast.attemptId, kind)),
    );
    await grownTo(fast);
    process.stdout.write(
      `controller at most ${without} MB with nobody looking, ${highestRssMb()} MB with two stalled viewers on ${fastBytes / 1e6} MB\n`,
    );
    expect(highestRssMb() - without, 'MB').to.be.at.most(2 * creditMb + slackMb);
    for (const viewer of stalled) viewer.close();
  });

  it(`${viewers} at once see every byte, in bounded memory`, async () => {
    const before = rssMb();
    const shared = await begin(sharedBytes);
    const all: LogViewer[] = [];
    while (all.length < viewers) {
      const joining = Array.from({ length: joiningAtOnce }, () => LogViewer.open(farm.api, shared.attemptId, 'reads'));
      all.push(...(await Promise.all(joining)));
    }
    const log = await grownTo(shared);
    await Promise.all(all.map((viewer) => viewer.until(log.length)));
    for (const viewer of all) {
      const covered = [...viewer.came.map(({ offset, bytes }) => ({ from: offset, to: offset + bytes.length })), ...viewer.gaps].toSorted(
        (a, b) => a.from - b.from,
      );
      expect(covered.reduce((end, { from, to }) => (from <= end ? Math.max(end, to) : end), 0)).to.equal(log.length);
      expect(viewer.came.every(({ offset, bytes }) => log.subarray(offset, offset + bytes.length).equals(bytes))).to.equal(true);
      viewer.close();
    }
    process.stdout.write(`controller ${before} MB before, ${rssMb()} MB after ${viewers} viewers of ${sharedBytes / 1e6} MB\n`);
    expect(rssMb() - before, 'MB').to.be.at.most(viewers * creditMb + slackMb);
  });
});
