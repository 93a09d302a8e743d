import { play } from '../history.js';

// node hunt.js MOST FOR_MS: plays histories from seed 1 on until one is bad; says which. Ends with 0 when none is.
const [most, forMs] = process.argv.slice(2).map(Number);
const startedMs = performance.now();
for (let seed = 1; seed <= (most ?? 1_000) && performance.now() - startedMs < (forMs ?? 60_000); seed += 1) {
  const { breaches } = await play(seed);
  if (breaches.length === 0) continue;
  process.stdout.write(`${JSON.stringify({ seed, breach: breaches[0]?.split('\n')[0] })}\n`);
  process.exit(1);
}
