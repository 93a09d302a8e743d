import { ActionIcon } from '@mantine/core';
import {
  IconArrowLeft,
  IconArrowNarrowDown,
  IconArrowRight,
  IconArrowsSplit2,
  IconCopy,
  IconDots,
  IconLock,
  IconPencil,
  IconPlus,
  IconTrash,
} from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { changeStage, type TaskPlace } from '../../../editor/definition.js';
import { problemsAt } from '../../../editor/problems.js';
import { sayProblem } from '../fields/problem-text.js';
import type { Editor } from '../shell/use-editor.js';
import { TaskCard } from './task-card.js';
import type { Lift } from './use-lift.js';
import { Menu, MenuItem, MenuList, MenuTarget } from '../../../parts/menu.js';

export interface WorkflowActions {
  readonly choose: (key: string | undefined) => void;
  readonly addTask: (stage: number) => void;
  readonly copyTask: (place: TaskPlace) => void;
  readonly deleteTask: (place: TaskPlace) => void;
  readonly copyStage: (stage: number) => void;
  readonly deleteStage: (stage: number) => void;
  readonly moveStage: (from: number, to: number) => void;
}

interface ColumnProps {
  readonly editor: Editor;
  readonly index: number;
  readonly lift: Lift;
  readonly actions: WorkflowActions;
  readonly chosen: string | undefined;
  readonly disabled: boolean;
}

export function StageColumn({ editor, index, lift, actions, chosen, disabled }: ColumnProps) {
  const { t } = useTranslation();
  const stage = editor.definition.stages[index];
  if (stage === undefined) return null;
  const [fault] = problemsAt(editor.problems, `/stages/${index}/name`).concat(problemsAt(editor.problems, `/stages/${index}/tasks`));
  const slot = (task: number) =>
    lift.target?.stage === index && lift.target.task === task ? <li className="slot" aria-hidden="true" /> : null;
  return (
    <section
      className={chosen === `stage:${stage.key}` ? 'col on' : 'col'}
      aria-label={stage.name}
      onDragOver={(event) => lift.over(event, { stage: index, task: stage.tasks.length })}
      onDrop={lift.drop}
    >
      <header>
        <h3 className="cut grow">
          <button type="button" className="link-btn cut" onClick={() => actions.choose(`stage:${stage.key}`)}>
            {stage.name === '' ? '…' : stage.name}
          </button>
        </h3>
        {stage.alwaysRun === true ? (
          <span className="chip" title={t('editor.alwaysRun')}>
            <IconLock size={12} />
          </span>
        ) : null}
        <button
          type="button"
          className="chip"
          disabled={disabled}
          onClick={() => editor.change(changeStage(editor.definition, index, { mode: stage.mode === 'serial' ? 'parallel' : 'serial' }))}
        >
          {stage.mode === 'parallel' ? <IconArrowsSplit2 size={12} /> : <IconArrowNarrowDown size={12} />}
          {t(`editor.${stage.mode}`)}
        </button>
        {disabled ? null : (
          <StageMenu index={index} count={editor.definition.stages.length} name={stage.name} actions={actions} stageKey={stage.key} />
        )}
      </header>
      {fault === undefined ? null : <p className="says failed col-fault">{sayProblem(t, fault)}</p>}
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
      {disabled ? null : (
        <button type="button" className="add" onClick={() => actions.addTask(index)}>
          <IconPlus size={14} />
          {t('editor.addTask')}
        </button>
      )}
    </section>
  );
}

function StageMenu({
  index,
  count,
  name,
  actions,
  stageKey,
}: {
  readonly index: number;
  readonly count: number;
  readonly name: string;
  readonly actions: WorkflowActions;
  readonly stageKey: string;
}) {
  const { t } = useTranslation();
  return (
    <Menu>
      <MenuTarget>
        <ActionIcon size={24} aria-label={t('editor.stageActions', { name })}>
          <IconDots size={16} />
        </ActionIcon>
      </MenuTarget>
      <MenuList>
        <MenuItem icon={<IconPencil size={16} />} onClick={() => actions.choose(`stage:${stageKey}`)}>
          {t('common.edit')}
        </MenuItem>
        <MenuItem
          icon={<IconArrowLeft size={16} />}
          refused={index === 0 ? '' : undefined}
          onClick={() => actions.moveStage(index, index - 1)}
        >
          {t('editor.moveLeft')}
        </MenuItem>
        <MenuItem
          icon={<IconArrowRight size={16} />}
          refused={index === count - 1 ? '' : undefined}
          onClick={() => actions.moveStage(index, index + 1)}
        >
          {t('editor.moveRight')}
        </MenuItem>
        <MenuItem icon={<IconCopy size={16} />} onClick={() => actions.copyStage(index)}>
          {t('editor.copyStage')}
        </MenuItem>
        <MenuItem danger icon={<IconTrash size={16} />} onClick={() => actions.deleteStage(index)}>
          {t('editor.deleteStage')}
        </MenuItem>
      </MenuList>
    </Menu>
  );
}
