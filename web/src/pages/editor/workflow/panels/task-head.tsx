import { ActionIcon } from '@mantine/core';
import { IconCopy, IconHammer, IconTrash, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Stage, Task, TaskPlace } from '../../../../editor/definition.js';
import type { Editor } from '../../shell/use-editor.js';
import { MoveMenu } from './move-menu.js';

export interface TaskHeadProps {
  readonly editor: Editor;
  readonly place: TaskPlace;
  readonly task: Task;
  readonly stage: Stage;
  readonly disabled: boolean;
  readonly onClose: () => void;
  readonly onCopy: (place: TaskPlace) => void;
  readonly onDelete: (place: TaskPlace) => void;
}

/** Which task it is, and what can be done with the whole of it. */
export function TaskHead({ editor, place, task, stage, disabled, onClose, onCopy, onDelete }: TaskHeadProps) {
  const { t } = useTranslation();
  return (
    <header>
      <span className="kind">
        <IconHammer size={16} stroke={1.75} />
      </span>
      <div className="two grow">
        <b className="cut">{task.name}</b>
        <span className="second">{t('editor.taskIn', { stage: stage.name })}</span>
      </div>
      {disabled ? null : (
        <>
          <MoveMenu editor={editor} place={place} name={task.name} />
          <ActionIcon aria-label={t('editor.copyTask')} onClick={() => onCopy(place)}>
            <IconCopy size={16} />
          </ActionIcon>
          <ActionIcon aria-label={t('editor.deleteTask')} onClick={() => onDelete(place)}>
            <IconTrash size={16} />
          </ActionIcon>
        </>
      )}
      <ActionIcon aria-label={t('common.close')} onClick={onClose}>
        <IconX size={16} />
      </ActionIcon>
    </header>
  );
}
