import { errorNeedles, isErrorLine } from '../find/errors.js';
import type { StepSpan } from '../rows/folds.js';
import type { LogSource } from '../source/log-source.js';
import type { LogPorts } from '../source/ports.js';
import { plainText } from '../text/ansi.js';

const needleLimit = 40;

/** The step that made the attempt fail. */
export const failingSpan = (source: LogSource): StepSpan | undefined =>
  source
    .spans()
    .find(
      ({ step: { state, outcome } }) => state === 'finished' && outcome !== 'succeeded' && outcome !== 'skipped' && outcome !== 'stopped',
    );

/** The line to go to: the failing step's first error, else its last line; without such a step the log's first error. */
export function firstErrorOf(errors: readonly number[], failing: StepSpan | undefined): number | undefined {
  if (failing === undefined) return errors[0];
  const inFailing = errors.find((line) => line >= failing.firstLine && line < failing.endLine);
  return inFailing ?? (failing.endLine > failing.firstLine ? failing.endLine - 1 : undefined);
}

interface ErrorHunt {
  readonly source: LogSource;
  readonly ask: LogPorts['search'];
  readonly failing: StepSpan;
  readonly signal: AbortSignal;
}

/** Asks the controller for lines of the failing step that may be errors, and notes those that are. */
export async function findErrors({ source, ask, failing, signal }: ErrorHunt): Promise<void> {
  const answers = await Promise.allSettled(errorNeedles.map((needle) => ask(needle, failing.firstLine, needleLimit, signal)));
  for (const answer of answers) {
    if (answer.status !== 'fulfilled') continue;
    for (const { line, text } of answer.value.hits) if (line < failing.endLine && isErrorLine(plainText(text))) source.errors.add(line);
  }
}
