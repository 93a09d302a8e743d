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
});
