import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../../../editor/check.js';
import { problemsAt } from '../../../editor/problems.js';

/** A problem in words. */
export const sayProblem = (t: TFunction, problem: Problem): string =>
  'message' in problem
    ? problem.message
    : t(`problems.${problem.code}`, { job: problem.facts?.['job'] ?? '', name: problem.facts?.['name'] ?? '' });

/** The words for a field at a place, undefined if all is well. */
export function useProblemAt(problems: readonly Problem[]): (path: string) => string | undefined {
  const { t } = useTranslation();
  return (path) => {
    const [first] = problemsAt(problems, path);
    return first === undefined ? undefined : sayProblem(t, first);
  };
}
