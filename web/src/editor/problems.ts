import type { Problem } from './check.js';
import type { EditorTab } from './tabs.js';

/** The value at a JSON pointer, undefined where there is none. */
export function valueAt(value: unknown, pointer: string): unknown {
  let here = value;
  for (const part of pointer.split('/').slice(1)) {
    if (typeof here !== 'object' || here === null) return undefined;
    here = (here as Readonly<Record<string, unknown>>)[part.replaceAll('~1', '/').replaceAll('~0', '~')];
  }
  return here;
}

/** The controller's problems with what was sent: pointers into the definition, without the body's own level. */
export const fromServer = (errors: readonly { readonly path: string; readonly message: string }[]): readonly Problem[] =>
  errors.map(({ path, message }) => ({ path: path.replace(/^\/definition(?=\/|$)/, ''), message }));

/** Problems that the controller found, without those whose place has been edited since. */
export const stillTrue = (problems: readonly Problem[], sent: unknown, now: unknown): readonly Problem[] =>
  problems.filter(({ path }) => JSON.stringify(valueAt(sent, path)) === JSON.stringify(valueAt(now, path)));

/** Whether the draft alone shows the problem. A job may have been created elsewhere since the list of jobs was read. */
export const liesInDraft = (problem: Problem): boolean => 'code' in problem && problem.code !== 'jobUnknown';

/** The editor's own problems, then the controller's at the places that have none. */
export function withRefusals(own: readonly Problem[], refused: readonly Problem[]): readonly Problem[] {
  const places = new Set(own.map(({ path }) => path));
  return [...own, ...refused.filter(({ path }) => !places.has(path))];
}

/** Problems at a place; `below` counts those inside it too. */
export const problemsAt = (problems: readonly Problem[], path: string): readonly Problem[] => problems.filter((one) => one.path === path);
export const problemsBelow = (problems: readonly Problem[], path: string): readonly Problem[] =>
  problems.filter((one) => one.path === path || one.path.startsWith(`${path}/`));

/** The tab that shows a problem. */
export function tabOf(path: string): EditorTab {
  const [, part] = path.split('/');
  return part === 'yaml' || part === 'sources' ? part : part === 'stages' ? 'workflow' : part === 'parameters' ? 'parameters' : 'basics';
}
