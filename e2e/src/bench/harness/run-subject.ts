import type { FigureName } from './figures.js';
import { Stage, type Subject } from './stage.js';

export interface Outcome {
  readonly values: ReadonlyMap<FigureName, readonly number[]>;
  readonly faults: readonly string[];
}

/** Measures one subject within its time and cleans up after it, also when it fails; what it had measured by then counts. */
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
  const faults: string[] = [];
  const started = performance.now();
  const stage = new Stage({
    ...options,
    record: (figure, value) => void values.set(figure, [...(values.get(figure) ?? []), value]),
    say: (text) => void process.stderr.write(`${seconds(started)}  ${subject.name}: ${text}\n`),
  });
  try {
    await within(subject, options.signal, stage);
  } catch (error) {
    faults.push(`${subject.name}: ${error instanceof Error ? error.message : String(error)}`);
  } finally {
    await stage.close();
  }
  return { values, faults };
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
