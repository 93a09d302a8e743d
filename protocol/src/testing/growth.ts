/** So many measurements of one size; the smallest counts, since all that disturbs makes it larger. */
const rounds = 10;
/** Four times the input may take at most so many times as long: linear work takes 4 times, quadratic 16. A busy machine doubles either. */
const most = 8;
/** Less than this is noise: collecting garbage, compiling. */
const noiseMs = 8;

export interface Growth {
  readonly halfMs: number;
  readonly twiceMs: number;
  /** Whether the work grows no faster than its input, as far as can be told. */
  readonly isLinear: boolean;
}

/** Measures this process's own processor time for inputs of half and of twice the size `n`, by turns. */
export async function growthOf(n: number, work: (n: number) => unknown): Promise<Growth> {
  let halfMs = Infinity;
  let twiceMs = Infinity;
  const isLinear = (): boolean => twiceMs <= most * halfMs + noiseMs;
  await work(n); // compiled by then
  for (let round = 0; round < rounds && (round < 2 || !isLinear()); round += 1) {
    halfMs = Math.min(halfMs, await timeOf(n / 2, work));
    twiceMs = Math.min(twiceMs, await timeOf(2 * n, work));
  }
  return { halfMs, twiceMs, isLinear: isLinear() };
}

async function timeOf(n: number, work: (n: number) => unknown): Promise<number> {
  const before = process.cpuUsage();
  await work(n);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}
