import type { Doc } from '../../bson/values.js';
import { CommandError } from '../../command-error.js';

/**
 * Runs the statements of a bulk one by one. A refused one is listed in `writeErrors`; an ordered bulk stops there, an
 * unordered one continues. Anything but a refusal fails the whole command, of which nothing then stays.
 */
export function runStatements<T>(
  statements: readonly T[],
  { ordered }: { ordered: boolean },
  run: (statement: T, index: number) => void,
): { writeErrors?: Doc[] } {
  const writeErrors: Doc[] = [];
  for (const [index, statement] of statements.entries()) {
    try {
      run(statement, index);
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
      writeErrors.push(error.toWriteError(index));
      if (ordered) break;
    }
  }
  return writeErrors.length > 0 ? { writeErrors } : {};
}
