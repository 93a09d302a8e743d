import { floorsOf, type FigureName } from './figures.js';
import { measureFloor } from './floor-measures.js';
import type { FloorName } from './floors.js';
import { Stage, type Subject } from './stage.js';

export interface Outcome {
  readonly values: ReadonlyMap<FigureName, readonly number[]>;
  readonly floors: ReadonlyMap<FloorName, readonly number[]>;
  readonly faults: readonly string[];
}

/**
 * Measures one subject within its time and cleans up after it, also when it fails; what it had measured by then counts.
 * The floors of its figures are measured before and after it: a machine's speed differs from one quarter of an hour to the next.
 */
export async function runSubject(
  subject: Subject,
  options: {
    readonly rounds: number;
    readonly wanted: ReadonlySet<FigureName>;
    readonly nodeArguments: readonly string[];
    readonly signal: AbortSignal;
  },
): Promise<Outcome> {
  const values = new Map<FigureName, number[]>();
  const measured = new Map<FloorName, number[]>();
  const faults: string[] = [];
  const started = performance.now();
  const stage = new Stage({
    ...options,
    record: (figure, value) => void values.set(figure, [...(values.get(figure) ?? []), value]),
    say: (text) => void process.stderr.write(`${seconds(started)}  ${subject.name}: ${text}\n`),
  });
  const measureFloors = async (): Promise<void> => {
    for (const name of floorsOf(subject.figures.filter((figure) => options.wanted.has(figure)))) {
      if (options.signal.aborted) return;
      measured.set(name, [...(measured.get(name) ?? []), await measureFloor[name]()]);
    }
  };
  try {
    await measureFloors();
    await within(subject, options.signal, stage);
  } catch (error) {
    faults.push(`${subject.name}: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await stage.close();
  }
  await measureFloors().catch((error: unknown) => faults.push(`floors of ${subject.name}: ${String(error)}`));
  return { values, floors: measured, faults };
}

/** Ends with whatever comes first: the measuring, its time limit, or an interruption. */
async function within({ measure, limitMs }: Subject, signal: AbortSignal, stage: Stage): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const ended = new Promise<never>((_, reject) => {
    const abort = (): void => reject(signal.reason instanceof Error ? signal.reason : new Error('interrupted'));
    timer = setTimeout(() => reject(new Error(`took over ${limitMs / 1_000} s`)), limitMs);
    signal.addEventListener('abort', abort, { once: true });
  });
  const measuring = measure(stage);
  measuring.catch(() => undefined); // when the time is up, what it says afterwards is of no interest
  try {
    await Promise.race([measuring, ended]);
  } finally {
    clearTimeout(timer);
  }
}

const seconds = (since: number): string => `${((performance.now() - since) / 1_000).toFixed(1).padStart(6)} s`;
