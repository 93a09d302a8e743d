import type { TFunction } from 'i18next';
import { useTranslation } from 'react-i18next';
import { sayFault } from '../../../api/fault-words.js';
import type { Problem } from '../../../editor/check.js';
import type { PipelineDefinition } from '../../../editor/definition.js';
import { problemsAt } from '../../../editor/problems.js';

/** A problem in words, as a whole sentence. */
export const sayProblem = (t: TFunction, problem: Problem): string =>
  'message' in problem
    ? sayFault(problem)
    : t(`problems.${problem.code}`, { job: problem.facts?.['job'] ?? '', name: problem.facts?.['name'] ?? '' });

/** W8: the same where no field is beside it: with the stage, task, parameter or source in which it lies. */
export function sayPlacedProblem(t: TFunction, problem: Problem, definition: PipelineDefinition): string {
  const sentence = sayProblem(t, problem);
  const [, part, index, tasks, place] = problem.path.split('/');
  const number = Number(index);
  if (part === 'stages' && definition.stages[number] !== undefined) {
    const stage = definition.stages[number];
    const task = tasks === 'tasks' ? stage.tasks[Number(place)] : undefined;
    return task === undefined
      ? t('faults.inStage', { stage: stage.name, sentence })
      : t('faults.inTask', { stage: stage.name, task: task.name, sentence });
  }
  const parameter = part === 'parameters' ? definition.parameters[number] : undefined;
  if (parameter !== undefined) return t('faults.inParameter', { name: parameter.name, sentence });
  return part === 'sources' && index !== undefined ? t('faults.inSource', { number: number + 1, sentence }) : sentence;
}

/** The words for a field at a place, undefined if all is well. */
export function useProblemAt(problems: readonly Problem[]): (path: string) => string | undefined {
  const { t } = useTranslation();
  return (path) => {
    const [first] = problemsAt(problems, path);
    return first === undefined ? undefined : sayProblem(t, first);
  };
}
