/** So many measurements of one size; the smallest counts, since all that disturbs makes it larger. */
const rounds = 10;
/** Twice the input may take at most so many times as long: linear work takes twice, quadratic four times. */
const most = 3;
/** Less than this is noise: collecting garbage, compiling. */
const noiseMs = 8;

export interface Growth {
  readonly onceMs: number;
  readonly twiceMs: number;
  /** Whether the work grows no faster than its input, as far as can be told. */
  readonly isLinear: boolean;
}

/** Measures this process's own processor time for an input of the size `n` and one of twice the size, by turns. */
export async function growthOf(n: number, work: (n: number) => unknown): Promise<Growth> {
  let onceMs = Infinity;
  let twiceMs = Infinity;
  await work(n); // compiled by then
  for (let round = 0; round < rounds; round += 1) {
    onceMs = Math.min(onceMs, await timeOf(n, work));
    twiceMs = Math.min(twiceMs, await timeOf(2 * n, work));
    if (twiceMs <= most * onceMs + noiseMs) break;
  }
  return { onceMs, twiceMs, isLinear: twiceMs <= most * onceMs + noiseMs };
}

async function timeOf(n: number, work: (n: number) => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work(n);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
