import type { Job } from '@drover/protocol/api';
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Fragment, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { addStage, addTask, copyStage, copyTask, moveStage, removeStage, removeTask, type TaskPlace } from '../../../editor/definition.js';
import { Caps } from '../../../keys/keys.js';
import { ConfirmDialog } from '../../../parts/dialogs.js';
import { Empty } from '../../../parts/states.js';
import type { Editor } from '../shell/use-editor.js';
import { SourceColumn } from './source-column.js';
import { StageColumn } from './stage-column.js';
import { StagePanel } from './stage-panel.js';
import { TaskPanel } from './task-panel.js';
import { useLift } from './use-lift.js';

export interface WorkflowProps {
  readonly editor: Editor;
  readonly jobs: readonly Job[];
  readonly projectId: string;
  readonly disabled: boolean;
  readonly sourcesPath: string;
}

type Doomed = { readonly type: 'stage'; readonly stage: number } | { readonly type: 'task'; readonly place: TaskPlace } | undefined;

/** W1–W4: stages as columns, tasks as cards; a panel for the chosen one. What is chosen stands in the address. */
export function WorkflowTab({ editor, jobs, projectId, disabled, sourcesPath }: WorkflowProps) {
  const { t } = useTranslation();
  const { definition, change } = editor;
  const [doomed, setDoomed] = useState<Doomed>(undefined);
  const chosen = useChosen(editor);
  const lift = useLift(editor);
  const firstJob = jobs.length === 1 ? (jobs[0]?.definition.name ?? '') : '';
  const insert = (index: number): void => {
    const next = addStage(definition, index, t('editor.stageName'), { name: t('editor.taskName'), job: firstJob });
    change(next);
    chosen.choose(next.stages[index]?.tasks[0]?.key);
  };
  const actions = {
    choose: chosen.choose,
    addTask: (stage: number) => {
      const next = addTask(definition, stage, { name: t('editor.taskName'), job: firstJob });
      change(next);
      chosen.choose(next.stages[stage]?.tasks.at(-1)?.key);
    },
    copyTask: (place: TaskPlace) => change(copyTask(definition, place)),
    deleteTask: (place: TaskPlace) => setDoomed({ type: 'task', place }),
    copyStage: (stage: number) => change(copyStage(definition, stage)),
    deleteStage: (stage: number) => setDoomed({ type: 'stage', stage }),
    moveStage: (from: number, to: number) => change(moveStage(definition, from, to)),
  };
  return (
    <div className="work">
      <div className="canvas">
        <div className="lanes">
          <SourceColumn sources={definition.sources} to={sourcesPath} disabled={disabled} />
          {definition.stages.map((stage, index) => (
            <Fragment key={stage.key}>
              <div className="conn">
                {disabled ? null : (
                  <button type="button" className="plus" aria-label={t('editor.insertStage')} onClick={() => insert(index)}>
                    <IconPlus size={11} stroke={2.2} />
                  </button>
                )}
              </div>
              <StageColumn editor={editor} index={index} lift={lift} actions={actions} chosen={chosen.key} disabled={disabled} />
            </Fragment>
          ))}
          {definition.stages.length === 0 ? (
            <div className="canvas-empty">
              <Empty
                title={t('editor.emptyTitle')}
                actions={
                  disabled ? null : (
                    <Button variant="filled" leftSection={<IconPlus size={16} />} onClick={() => insert(0)}>
                      {t('editor.addStage')}
                    </Button>
                  )
                }
              >
                {t('editor.emptyText')}
              </Empty>
            </div>
          ) : (
            <>
              <div className="conn" />
              {disabled ? null : (
                <button type="button" className="add add-stage" onClick={() => insert(definition.stages.length)}>
                  <IconPlus size={14} />
                  {t('editor.addStage')}
                </button>
              )}
            </>
          )}
        </div>
        <p className="sr" aria-live="assertive">
          {lift.said}
        </p>
        {disabled || definition.stages.length === 0 ? null : <KeyHints />}
      </div>
      {chosen.place === undefined ? null : (
        <TaskPanel
          key={chosen.key}
          editor={editor}
          place={chosen.place}
          jobs={jobs}
          projectId={projectId}
          disabled={disabled}
          onClose={() => chosen.choose(undefined)}
          onCopy={actions.copyTask}
          onDelete={actions.deleteTask}
        />
      )}
      {chosen.stage === undefined ? null : (
        <StagePanel key={chosen.key} editor={editor} index={chosen.stage} disabled={disabled} onClose={() => chosen.choose(undefined)} />
      )}
      <Doom doomed={doomed} editor={editor} onClose={() => setDoomed(undefined)} />
    </div>
  );
}

const stagePrefix = 'stage:';

function useChosen(editor: Editor) {
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

function KeyHints() {
  const { t } = useTranslation();
  return (
    <div className="keys" aria-hidden="true">
      <span>
        <kbd>Space</kbd> {t('editor.keyLift')}
      </span>
      <span>
        <kbd>←</kbd>
        <kbd>↑</kbd>
        <kbd>↓</kbd>
        <kbd>→</kbd> {t('editor.keyMove')}
      </span>
      <span>
        <kbd>↵</kbd> {t('editor.keyEdit')}
      </span>
      <span>
        <kbd>D</kbd> {t('editor.keyCopy')}
      </span>
      <span>
        <Caps keys="mod+z" /> {t('editor.keyUndo')}
      </span>
    </div>
  );
}

function Doom({ doomed, editor, onClose }: { readonly doomed: Doomed; readonly editor: Editor; readonly onClose: () => void }) {
  const { t } = useTranslation();
  const { definition, change } = editor;
  if (doomed === undefined) return null;
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
