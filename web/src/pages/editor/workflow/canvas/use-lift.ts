import { useState, type DragEvent, type KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { moveTask, stepOf, type PipelineDefinition, type TaskPlace } from '../../../../editor/definition.js';
import type { Editor } from '../../shell/use-editor.js';

export interface Lift {
  /** The key of the task that is lifted by keyboard or dragged. */
  readonly key: string | undefined;
  /** Where a dragged task would land. */
  readonly target: TaskPlace | undefined;
  /** What assistive technology is told about the last move. */
  readonly said: string;
  readonly onKey: (event: KeyboardEvent, place: TaskPlace) => boolean;
  readonly drag: (key: string | undefined) => void;
  readonly over: (event: DragEvent, place: TaskPlace) => void;
  readonly drop: () => void;
}

/** W2: moves tasks by keyboard (Space, arrows, Space or Esc) and by dragging; each move is announced. */
export function useLift(editor: Editor): Lift {
  const { t } = useTranslation();
  const [lifted, setLifted] = useState<{ readonly key: string; readonly before: PipelineDefinition } | undefined>(undefined);
  const [dragged, setDragged] = useState<string | undefined>(undefined);
  const [target, setTarget] = useState<TaskPlace | undefined>(undefined);
  const [said, say] = useState('');
  const { definition, change } = editor;

  const onKey = (event: KeyboardEvent, place: TaskPlace): boolean => {
    const task = definition.stages[place.stage]?.tasks[place.task];
    if (task === undefined) return false;
    const name = task.name;
    if (event.key === ' ') {
      setLifted(lifted === undefined ? { key: task.key, before: definition } : undefined);
      say(t(lifted === undefined ? 'editor.lifted' : 'editor.dropped', { name }));
      return true;
    }
    if (lifted === undefined) return false;
    if (event.key === 'Escape') {
      change(lifted.before, `lift ${lifted.key}`);
      setLifted(undefined);
      say(t('editor.returned', { name }));
      return true;
    }
    if (!event.key.startsWith('Arrow')) return false;
    const to = stepOf(definition, place, event.key);
    if (to !== undefined) {
      const next = moveTask(definition, place, to);
      change(next, `lift ${task.key}`);
      const stage = next.stages[to.stage];
      say(t('editor.movedTo', { name, place: to.task + 1, count: stage?.tasks.length ?? 0, stage: stage?.name }));
      requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-task="${task.key}"]`)?.focus());
    }
    return true;
  };

  const drop = (): void => {
    const from = placeOf(definition, dragged);
    if (from !== undefined && target !== undefined) change(moveTask(definition, from, landing(from, target)));
    setDragged(undefined);
    setTarget(undefined);
  };
  return {
    key: lifted?.key ?? dragged,
    target: dragged === undefined ? undefined : target,
    said,
    onKey,
    drop,
    drag: (key) => {
      setDragged(key);
      setTarget(undefined);
    },
    over: (event, place) => {
      if (dragged === undefined) return;
      event.preventDefault();
      event.stopPropagation();
      if (target?.stage !== place.stage || target.task !== place.task) setTarget(place);
    },
  };
}

function placeOf({ stages }: PipelineDefinition, key: string | undefined): TaskPlace | undefined {
  const stage = stages.findIndex(({ tasks }) => tasks.some((task) => task.key === key));
  return stage < 0 ? undefined : { stage, task: stages[stage]?.tasks.findIndex((task) => task.key === key) ?? 0 };
}

/** A slot is counted with the dragged task in its old place; moving counts without it. */
const landing = (from: TaskPlace, slot: TaskPlace): TaskPlace =>
  from.stage === slot.stage && from.task < slot.task ? { ...slot, task: slot.task - 1 } : slot;
