import { assert } from 'chai';
import type { AgentMessage } from '@drover/protocol/agent';
import type { ControllerLink } from '../link/port.js';
import { silentLogger } from '../shared/logger.js';
import { HandClock } from '../testing/hand-clock.js';
import { HealthWatch } from './health-watch.js';
import { isWorthTelling, judgeHealth, type Readings } from './health.js';

const good: Readings = { loadPercent: 10, freeMemoryMb: 8_000, freeDiskMb: 50_000, executorFaults: [] };

describe('G14 health', () => {
  it('names each thing that is wrong', () => {
    assert.isTrue(judgeHealth(good, 500).healthy);
    const bad = judgeHealth(
      { ...good, freeDiskMb: 100, spoolFault: 'read-only', executorFaults: [{ executor: 'docker', detail: 'gone' }] },
      500,
    );
    assert.isFalse(bad.healthy);
    assert.deepEqual(
      bad.reasons.map(({ code }) => code),
      ['diskLow', 'spoolBroken', 'executorBroken'],
    );
  });

  // prettier-ignore
  const news: ReadonlyArray<[title: string, after: Partial<Readings>, isNews: boolean]> = [
    ['the same figures',            {},                       false],
    ['a little more load',          { loadPercent: 30 },      false],
    ['much more load',              { loadPercent: 60 },      true],
    ['a little less memory',        { freeMemoryMb: 7_500 },  false],
    ['half of the memory',          { freeMemoryMb: 4_000 },  true],
    ['a fifth of the disk gone',    { freeDiskMb: 40_000 },   true],
    ['a disk that is too full',     { freeDiskMb: 400 },      true],
  ];
  for (const [title, after, isNews] of news) {
    it(`${isNews ? 'tells' : 'does not tell'} of ${title}`, () => {
      assert.equal(isWorthTelling(judgeHealth(good, 500), judgeHealth({ ...good, ...after }, 500)), isNews);
    });
  }

  it('G9 makes room before it refuses work, and only when the disk is low', async () => {
    const clock = new HandClock();
    const link: ControllerLink = { isReady: false, send: () => new Promise<never>(() => undefined) };
    let freeDiskMb = 100;
    let rooms = 0;
    const makeRoom = () => {
      rooms += 1;
      freeDiskMb += 450;
      return Promise.resolve(1);
    };
    const read = () => Promise.resolve({ ...good, freeDiskMb });
    const watch = await HealthWatch.open({ link, clock, logger: silentLogger, minimumFreeMb: 500, read, makeRoom });
    assert.isTrue(watch.now.healthy);
    await watch.look();
    assert.equal(rooms, 1);
    watch.close();
  });

  it('is told on change only', async () => {
    const clock = new HandClock();
    const sent: AgentMessage[] = [];
    const link: ControllerLink = {
      isReady: true,
      send: (message: AgentMessage) => (sent.push(message), new Promise<never>(() => undefined)),
    };
    let readings = good;
    const watch = await HealthWatch.open({
      link,
      clock,
      logger: silentLogger,
      minimumFreeMb: 500,
      read: () => Promise.resolve(readings),
      makeRoom: () => Promise.resolve(0),
    });
    watch.helloSaid(watch.now);
    await watch.look();
    assert.lengthOf(sent, 0);
    readings = { ...good, freeDiskMb: 10 };
    await watch.look();
    await watch.look();
    assert.deepEqual(
      sent.map((message) => message.type === 'health' && message.health.healthy),
      [false],
    );
    watch.close();
    assert.equal(clock.pending, 0);
  });
});
