import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { play } from '../history.js';
import type { Played } from './messages.js';
import { playMany } from './parallel.js';

// npm run test:simulation [-- --seed N | --histories N --from N --jobs N]
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    histories: { type: 'string', default: '100000' },
    from: { type: 'string', default: '1' },
    jobs: { type: 'string', default: String(availableParallelism()) },
  },
});

/** After so many bad histories the rest is not played: they mostly tell of the same fault. */
const mostBad = 5;

async function playAll(): Promise<number> {
  const [from, count, jobs] = [numberOf('from', values.from), numberOf('histories', values.histories), numberOf('jobs', values.jobs)];
  const progress = new Progress(count);
  const bad: Array<Played['bad'][number]> = [];
  await playMany({
    from,
    count,
    jobs,
    onPlayed: (played) => {
      bad.push(...played.bad);
      progress.add(played, bad.length);
      return bad.length < mostBad;
    },
  });
  progress.end();
  for (const { seed, breaches } of bad) process.stdout.write(`seed ${seed}: ${breaches[0] ?? ''}\n`);
  const [first] = bad.sort((a, b) => a.seed - b.seed);
  return first === undefined ? 0 : tell(first.seed);
}

/** Plays one history again and tells it from its beginning to its breach. */
async function tell(seed: number): Promise<number> {
  const { breaches, timeline, fingerprint } = await play(seed, { isTold: true });
  process.stdout.write(`${timeline.join('\n')}\n\nseed ${seed}, fingerprint ${fingerprint}\n`);
  for (const breach of breaches) process.stdout.write(`BREACH  ${breach}\n`);
  if (breaches.length > 0) process.stdout.write(`Again: npm run test:simulation -- --seed ${seed}\n`);
  else process.stdout.write('No invariant was broken.\n');
  return breaches.length === 0 ? 0 : 1;
}

class Progress {
  readonly #count: number;
  readonly #startedMs = performance.now();
  #played = 0;
  #steps = 0;
  #bad = 0;
  #shownMs = 0;

  constructor(count: number) {
    this.#count = count;
  }

  add({ from, to, steps }: Played, bad: number): void {
    this.#played += to - from + 1;
    this.#steps += steps;
    this.#bad = bad;
    const nowMs = performance.now();
    if (nowMs - this.#shownMs < (process.stderr.isTTY ? 500 : 20_000)) return;
    this.#shownMs = nowMs;
    process.stderr.write(process.stderr.isTTY ? `\r${this.#line()}   ` : `${this.#line()}\n`);
  }

  end(): void {
    process.stderr.write(`${process.stderr.isTTY ? '\r' : ''}${this.#line()}\n`);
  }

  #line(): string {
    const seconds = (performance.now() - this.#startedMs) / 1_000;
    const perSecond = this.#played / seconds;
    const left = Math.round((this.#count - this.#played) / perSecond);
    const steps = Math.round(this.#steps / Math.max(1, this.#played));
    return `${this.#played} of ${this.#count} histories, ${this.#bad} bad; ${perSecond.toFixed(1)} a second, ${steps} steps each; ${left} s left`;
  }
}

function numberOf(name: string, text: string): number {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= 0) return number;
  process.stderr.write(`--${name} takes a whole number; this is “${text}”.\n`);
  process.exit(2);
}

process.exitCode = values.seed === undefined ? await playAll() : await tell(numberOf('seed', values.seed));
