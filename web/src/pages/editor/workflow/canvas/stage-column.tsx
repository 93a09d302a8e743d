import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Stage } from '../../../../editor/definition.js';
import { problemsAt } from '../../../../editor/problems.js';
import { sayProblem } from '../../fields/problem-text.js';
import type { Editor } from '../../shell/use-editor.js';
import { stageChoice } from '../use-chosen.js';
import type { WorkflowActions } from '../use-workflow-actions.js';
import { StageHead } from './stage-head.js';
import { TaskCard } from './task-card.js';
import type { Lift } from './use-lift.js';

interface ColumnProps {
  readonly editor: Editor;
  readonly index: number;
  readonly lift: Lift;
  readonly actions: WorkflowActions;
  readonly chosen: string | undefined;
  readonly disabled: boolean;
}

/** A stage: its head, its faults, its tasks in order, and a place for one more. */
export function StageColumn(props: ColumnProps) {
  const { editor, index, lift, actions, chosen, disabled } = props;
  const { t } = useTranslation();
  const stage = editor.definition.stages[index];
  if (stage === undefined) return null;
  const [fault] = problemsAt(editor.problems, `/stages/${index}/name`).concat(problemsAt(editor.problems, `/stages/${index}/tasks`));
  return (
    <section
      className={chosen === stageChoice(stage.key) ? 'col on' : 'col'}
      aria-label={stage.name}
      onDragOver={(event) => lift.over(event, { stage: index, task: stage.tasks.length })}
      onDrop={lift.drop}
    >
      <StageHead editor={editor} index={index} stage={stage} actions={actions} disabled={disabled} />
      {fault === undefined ? null : <p className="says failed col-fault">{sayProblem(t, fault)}</p>}
      <StageTasks {...props} stage={stage} />
      {disabled ? null : (
        <button type="button" className="add" onClick={() => actions.addTask(index)}>
          <IconPlus size={14} />
          {t('editor.addTask')}
        </button>
      )}
    </section>
  );
}

/** The cards, and the slot where a dragged task would land. */
function StageTasks({ editor, index, stage, lift, actions, chosen, disabled }: ColumnProps & { readonly stage: Stage }) {
  const slot = (task: number) =>
    lift.target?.stage === index && lift.target.task === task ? <li className="slot" aria-hidden="true" /> : null;
  return (
    <ul className={stage.mode}>
      {stage.tasks.map((task, place) => [
        slot(place),
        <TaskCard
          key={task.key}
          editor={editor}
          place={{ stage: index, task: place }}
          lift={lift}
          actions={actions}
          chosen={chosen === task.key}
          disabled={disabled}
        />,
      ])}
      {slot(stage.tasks.length)}
    </ul>
  );
}
