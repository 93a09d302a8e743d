import { useTranslation } from 'react-i18next';
import { removeStage, removeTask, type TaskPlace } from '../../../editor/definition.js';
import { ConfirmDialog } from '../../../parts/overlays/dialogs.js';
import type { Editor } from '../shell/use-editor.js';

/** What is about to be deleted. */
export type Doomed = { readonly type: 'stage'; readonly stage: number } | { readonly type: 'task'; readonly place: TaskPlace };

interface DoomProps {
  readonly doomed: Doomed;
  readonly editor: Editor;
  readonly onClose: () => void;
}

/** Asks before a stage or a task goes. */
export function Doom({ doomed, editor: { definition, change }, onClose }: DoomProps) {
  const { t } = useTranslation();
  if (doomed.type === 'stage') {
    const stage = definition.stages[doomed.stage];
    return (
      <ConfirmDialog
        title={t('editor.deleteStageTitle', { name: stage?.name })}
        action={t('editor.deleteStage')}
        onClose={onClose}
        onConfirm={async () => change(removeStage(definition, doomed.stage))}
      >
        {t('editor.deleteStageText', { count: stage?.tasks.length ?? 0 })}
      </ConfirmDialog>
    );
  }
  const task = definition.stages[doomed.place.stage]?.tasks[doomed.place.task];
  return (
    <ConfirmDialog
      title={t('editor.deleteTaskTitle', { name: task?.name })}
      action={t('editor.deleteTask')}
      onClose={onClose}
      onConfirm={async () => change(removeTask(definition, doomed.place))}
    >
      {t('editor.deleteTaskText')}
    </ConfirmDialog>
  );
}
