import type { Task } from '../../../../editor/definition.js';

/** What a field of a task gets. `field` joins edits of one field to one undo. */
export interface TaskFieldProps {
  readonly task: Task;
  readonly disabled: boolean;
  readonly set: (part: { readonly [K in keyof Task]?: Task[K] | undefined }, field?: string) => void;
  /** The words for a problem with a field of the task. */
  readonly at: (field: string) => string | undefined;
}
