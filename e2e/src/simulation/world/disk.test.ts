import { assert } from 'chai';
import { planOf } from '../plan.js';
import { MachineDisk } from './disk.js';
import { Life } from './time/life.js';
import { Random } from './random.js';
import { Scheduler } from './time/scheduler.js';

const never = (): boolean => false;

describe('the disk of a simulated machine', () => {
  it('has a beginning of what was written after a loss of power, and takes nothing more of what was under way', async () => {
    const lengths = new Set<number>();
    for (let seed = 1; seed <= 200; seed += 1) {
      const scheduler = new Scheduler();
      const random = new Random(seed);
      const disk = new MachineDisk({ scheduler, random, plan: planOf(random, 1), trace: undefined, breaches: [], isCalm: true });
      const life = new Life(scheduler, { skewMs: 0, monotonicMs: 0 });
      const file = await disk.of(life).open('log', 'w+');
      void file.writev([Buffer.from('0123456789')], 0);
      await scheduler.play(1_000, never);
      void file.writev([Buffer.from('abcdefghij')], 10);

      life.end();
      disk.losePower();

      const text = await disk.of(life).readText('log');
      assert.equal(text, '0123456789abcdefghij'.slice(0, text.length));
      await scheduler.play(1_000, never);
      assert.equal(await disk.of(life).readText('log'), text);
      lengths.add(text.length);
    }
    assert.isAbove(Math.max(...lengths), 10, 'what was under way may have come about, in part or as a whole');
  });

  it('loses the last records about something from the end of a journal, and nothing else', async () => {
    const scheduler = new Scheduler();
    const disk = new MachineDisk({
      scheduler,
      random: new Random(1),
      plan: planOf(new Random(1), 1),
      trace: undefined,
      breaches: [],
      isCalm: true,
    });
    const here = disk.of(new Life(scheduler, { skewMs: 0, monotonicMs: 0 }));
    for (const path of ['a.journal', 'a.log']) {
      const file = await here.open(path, 'w+');
      void file.writev([Buffer.from('one\ntwo\none\none\n')], 0);
    }
    await scheduler.play(1_000, never);
    disk.losePromised(['one']);
    assert.equal(await here.readText('a.journal'), 'one\ntwo\n');
    assert.equal(await here.readText('a.log'), 'one\ntwo\none\none\n');
  });
});
