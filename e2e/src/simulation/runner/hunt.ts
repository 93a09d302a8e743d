import { play } from '../history.js';
import { mutants } from '../mutants/all.js';

// node hunt.js NAME MOST: plays the history remembered for a planted fault, then those of seed 1 and on, MOST of them, until one
// breaks a promise; says which. Ends with 1 when one does, with 0 when none.
const [name, most] = process.argv.slice(2);
const mutant = mutants.find((candidate) => candidate.name === name);
if (mutant === undefined) throw new Error(`there is no fault “${name}”`);

let played = 0;
await hunt(mutant.seed, 'remembered');
for (let seed = 1; seed <= Number(most); seed += 1) await hunt(seed, 'hunted');
process.stdout.write(`${JSON.stringify({ played })}\n`);

async function hunt(seed: number, how: 'remembered' | 'hunted'): Promise<void> {
  const { breaches } = await play(seed);
  played += 1;
  if (breaches.length === 0) return;
  process.stdout.write(`${JSON.stringify({ played, seed, how, breach: breaches[0]?.split('\n')[0] })}\n`);
  process.exit(1);
}
