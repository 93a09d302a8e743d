import { play } from '../history.js';
import type { Block, Played } from './messages.js';

// A process of its own for each core: plays the blocks of seeds that it is sent, one after the other.
process.on('message', (block: Block) => void playAll(block));
process.on('disconnect', () => process.exit(0));

async function playAll({ from, to }: Block): Promise<void> {
  const bad: Array<Played['bad'][number]> = [];
  let steps = 0;
  for (let seed = from; seed <= to; seed += 1) {
    const told = await play(seed);
    steps += told.steps;
    if (told.breaches.length > 0) bad.push({ seed, breaches: told.breaches });
  }
  process.send?.({ from, to, bad, steps } satisfies Played);
}
