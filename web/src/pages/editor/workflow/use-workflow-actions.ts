import type { Job } from '@drover/protocol/api';
import { useTranslation } from 'react-i18next';
import { addStage, addTask, copyStage, copyTask, moveStage, type TaskPlace } from '../../../editor/definition.js';
import type { Editor } from '../shell/use-editor.js';
import type { Doomed } from './doom.js';
import type { Chosen } from './use-chosen.js';

/** What stages and tasks ask of the workflow. */
export interface WorkflowActions {
  readonly choose: (key: string | undefined) => void;
  readonly insertStage: (index: number) => void;
  readonly addTask: (stage: number) => void;
  readonly copyTask: (place: TaskPlace) => void;
  readonly deleteTask: (place: TaskPlace) => void;
  readonly copyStage: (stage: number) => void;
  readonly deleteStage: (stage: number) => void;
  readonly moveStage: (from: number, to: number) => void;
}

interface ActionParts {
  readonly editor: Editor;
  readonly jobs: readonly Job[];
  readonly chosen: Chosen;
  /** Asks before it is deleted. */
  readonly doom: (doomed: Doomed) => void;
}

/** Changes of the draft. What is new is chosen; a project's only job is a new task's job. */
export function useWorkflowActions({ editor: { definition, change }, jobs, chosen, doom }: ActionParts): WorkflowActions {
  const { t } = useTranslation();
  const task = { name: t('editor.taskName'), job: jobs.length === 1 ? (jobs[0]?.definition.name ?? '') : '' };
  return {
    choose: chosen.choose,
    insertStage: (index) => {
      const next = addStage(definition, index, t('editor.stageName'), task);
      change(next);
      chosen.choose(next.stages[index]?.tasks[0]?.key);
    },
    addTask: (stage) => {
      const next = addTask(definition, stage, task);
      change(next);
      chosen.choose(next.stages[stage]?.tasks.at(-1)?.key);
    },
    copyTask: (place) => change(copyTask(definition, place)),
    deleteTask: (place) => doom({ type: 'task', place }),
    copyStage: (stage) => change(copyStage(definition, stage)),
    deleteStage: (stage) => doom({ type: 'stage', stage }),
    moveStage: (from, to) => change(moveStage(definition, from, to)),
  };
}
