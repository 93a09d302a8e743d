import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { Fragment } from 'react';
import { useTranslation } from 'react-i18next';
import { Empty } from '../../../../parts/states.js';
import type { Editor } from '../../shell/use-editor.js';
import type { WorkflowActions } from '../use-workflow-actions.js';
import { KeyHints } from './key-hints.js';
import { SourceColumn } from './source-column.js';
import { StageColumn } from './stage-column.js';
import { useLift } from './use-lift.js';

interface CanvasProps {
  readonly editor: Editor;
  readonly actions: WorkflowActions;
  readonly chosen: string | undefined;
  readonly disabled: boolean;
  readonly sourcesPath: string;
}

/** The source, then the stages in their order, and between them places for new ones. */
export function Canvas({ editor, actions, chosen, disabled, sourcesPath }: CanvasProps) {
  const { sources, stages } = editor.definition;
  const lift = useLift(editor);
  return (
    <div className="canvas">
      <div className="lanes">
        <SourceColumn sources={sources} to={sourcesPath} disabled={disabled} />
        {stages.map((stage, index) => (
          <Fragment key={stage.key}>
            <Connector insert={disabled ? undefined : () => actions.insertStage(index)} />
            <StageColumn editor={editor} index={index} lift={lift} actions={actions} chosen={chosen} disabled={disabled} />
          </Fragment>
        ))}
        {stages.length === 0 ? (
          <FirstStage insert={disabled ? undefined : () => actions.insertStage(0)} />
        ) : (
          <LastStage insert={disabled ? undefined : () => actions.insertStage(stages.length)} />
        )}
      </div>
      <p className="sr" aria-live="assertive">
        {lift.said}
      </p>
      {disabled || stages.length === 0 ? null : <KeyHints />}
    </div>
  );
}

interface InsertProps {
  /** Undefined where nothing may be changed. */
  readonly insert: (() => void) | undefined;
}

function Connector({ insert }: InsertProps) {
  const { t } = useTranslation();
  return (
    <div className="conn">
      {insert === undefined ? null : (
        <button type="button" className="plus" aria-label={t('editor.insertStage')} onClick={insert}>
          <IconPlus size={11} stroke={2.2} />
        </button>
      )}
    </div>
  );
}

function FirstStage({ insert }: InsertProps) {
  const { t } = useTranslation();
  return (
    <div className="canvas-empty">
      <Empty
        title={t('editor.emptyTitle')}
        actions={
          insert === undefined ? null : (
            <Button variant="filled" leftSection={<IconPlus size={16} />} onClick={insert}>
              {t('editor.addStage')}
            </Button>
          )
        }
      >
        {t('editor.emptyText')}
      </Empty>
    </div>
  );
}

function LastStage({ insert }: InsertProps) {
  const { t } = useTranslation();
  return (
    <>
      <div className="conn" />
      {insert === undefined ? null : (
        <button type="button" className="add add-stage" onClick={insert}>
          <IconPlus size={14} />
          {t('editor.addStage')}
        </button>
      )}
    </>
  );
}
