import { IconGripVertical, IconHammer } from '@tabler/icons-react';
import type { DragEvent, HTMLAttributes, KeyboardEvent } from 'react';
import { useTranslation } from 'react-i18next';
import type { Task, TaskPlace } from '../../../../editor/definition.js';
import { problemsBelow } from '../../../../editor/problems.js';
import { StatusMark } from '../../../../parts/runs/status-mark.js';
import { sayProblem } from '../../fields/problem-text.js';
import type { Editor } from '../../shell/use-editor.js';
import type { WorkflowActions } from '../use-workflow-actions.js';
import type { Lift } from './use-lift.js';

interface CardProps {
  readonly editor: Editor;
  readonly place: TaskPlace;
  readonly lift: Lift;
  readonly actions: WorkflowActions;
  readonly chosen: boolean;
  readonly disabled: boolean;
}

/** A task: opened by click or ↵, moved by dragging or Space and arrows, copied by D, deleted by Delete. */
export function TaskCard(props: CardProps) {
  const { editor, place, lift, chosen, disabled } = props;
  const { t } = useTranslation();
  const stage = editor.definition.stages[place.stage];
  const task = stage?.tasks[place.task];
  if (stage === undefined || task === undefined) return null;
  const [fault] = problemsBelow(editor.problems, `/stages/${place.stage}/tasks/${place.task}`);
  const onDragOver = (event: DragEvent): void => {
    const box = event.currentTarget.getBoundingClientRect();
    lift.over(event, { stage: place.stage, task: event.clientY > box.top + box.height / 2 ? place.task + 1 : place.task });
  };
  const classes = ['card', ...(chosen ? ['on'] : []), ...(lift.key === task.key ? ['lifted'] : [])].join(' ');
  return (
    <li onDragOver={onDragOver}>
      <div
        className={classes}
        data-task={task.key}
        tabIndex={0}
        role="button"
        aria-pressed={chosen}
        aria-roledescription="sortable"
        draggable={!disabled}
        {...handlersOf(props, task)}
      >
        <span className="kind">
          <IconHammer size={16} stroke={1.75} />
        </span>
        <TaskNames task={task} />
        {fault === undefined ? null : (
          <span title={sayProblem(t, fault)}>
            <StatusMark status="failed" label={sayProblem(t, fault)} />
          </span>
        )}
        {disabled || stage.mode === 'parallel' ? null : <IconGripVertical size={14} className="grip" aria-hidden="true" />}
      </div>
    </li>
  );
}

/** Pointer and keys: choosing, lifting, copying, deleting. */
function handlersOf({ place, lift, actions, disabled }: CardProps, { key }: Task): HTMLAttributes<HTMLDivElement> {
  return {
    onDragStart: (event) => {
      event.dataTransfer.effectAllowed = 'move';
      event.dataTransfer.setData('text/plain', key);
      lift.drag(key);
    },
    onDragEnd: () => lift.drag(undefined),
    onClick: () => actions.choose(key),
    onKeyDown: (event: KeyboardEvent) => {
      if (event.target !== event.currentTarget) return;
      if (event.key === 'Enter') actions.choose(key);
      else if (!disabled && lift.onKey(event, place)) event.stopPropagation();
      else if (!disabled && event.key.toLowerCase() === 'd' && !event.metaKey && !event.ctrlKey) actions.copyTask(place);
      else if (!disabled && event.key === 'Delete') actions.deleteTask(place);
      else return;
      event.preventDefault();
    },
  };
}

function TaskNames({ task: { name, job, labels } }: { readonly task: Task }) {
  const { t } = useTranslation();
  return (
    <div className="two grow">
      <b className="cut">{name === '' ? '…' : name}</b>
      <span className="second">
        <span className="cut">
          {job === '' ? <span className="says failed">{t('editor.chooseJob')}</span> : [job, ...(labels ?? [])].join(' · ')}
        </span>
      </span>
    </div>
  );
}
