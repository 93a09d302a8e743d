import { IconArrowNarrowDown, IconArrowsSplit2, IconLock } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { changeStage, type Stage } from '../../../../editor/definition.js';
import type { Editor } from '../../shell/use-editor.js';
import { stageChoice } from '../use-chosen.js';
import type { WorkflowActions } from '../use-workflow-actions.js';
import { StageMenu } from './stage-menu.js';

interface HeadProps {
  readonly editor: Editor;
  readonly index: number;
  readonly stage: Stage;
  readonly actions: WorkflowActions;
  readonly disabled: boolean;
}

/** A stage's name, whether it always runs, the order of its tasks, and what can be done with it. */
export function StageHead({ editor: { definition, change }, index, stage, actions, disabled }: HeadProps) {
  const { t } = useTranslation();
  return (
    <header>
      <h2 className="cut grow">
        <button type="button" className="link-btn cut" onClick={() => actions.choose(stageChoice(stage.key))}>
          {stage.name === '' ? '…' : stage.name}
        </button>
      </h2>
      {stage.alwaysRun === true ? (
        <span className="chip" title={t('editor.alwaysRun')}>
          <IconLock size={12} />
        </span>
      ) : null}
      <button
        type="button"
        className="chip"
        disabled={disabled}
        onClick={() => change(changeStage(definition, index, { mode: stage.mode === 'serial' ? 'parallel' : 'serial' }))}
      >
        {stage.mode === 'parallel' ? <IconArrowsSplit2 size={12} /> : <IconArrowNarrowDown size={12} />}
        {t(`editor.${stage.mode}`)}
      </button>
      {disabled ? null : <StageMenu index={index} count={definition.stages.length} stage={stage} actions={actions} />}
    </header>
  );
}
