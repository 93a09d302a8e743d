import { useSearchParams } from 'react-router';
import type { TaskPlace } from '../../../editor/definition.js';
import type { Editor } from '../shell/use-editor.js';

const stagePrefix = 'stage:';

/** How a stage is chosen; a task is chosen by its key alone. */
export const stageChoice = (stageKey: string): string => `${stagePrefix}${stageKey}`;

export interface Chosen {
  readonly key: string | undefined;
  readonly choose: (key: string | undefined) => void;
  readonly stage: number | undefined;
  readonly place: TaskPlace | undefined;
}

/** The task or stage that is chosen. It stands in the address. */
export function useChosen(editor: Editor): Chosen {
  const [address, setAddress] = useSearchParams();
  const key = address.get('at') ?? undefined;
  const choose = (next: string | undefined): void =>
    setAddress(
      (before) => {
        const query = new URLSearchParams(before);
        if (next === undefined) query.delete('at');
        else query.set('at', next);
        return query;
      },
      { replace: true },
    );
  const { stages } = editor.definition;
  const stage = key?.startsWith(stagePrefix) === true ? stages.findIndex((one) => one.key === key.slice(stagePrefix.length)) : -1;
  const holder = stages.findIndex(({ tasks }) => tasks.some((task) => task.key === key));
  const task = stages[holder]?.tasks.findIndex((one) => one.key === key) ?? -1;
  return { key, choose, stage: stage < 0 ? undefined : stage, place: holder < 0 ? undefined : { stage: holder, task } };
}
