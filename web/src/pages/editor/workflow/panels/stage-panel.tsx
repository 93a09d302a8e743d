import { ActionIcon, SegmentedControl, Switch, TextInput } from '@mantine/core';
import { IconStack2, IconX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { changeStage, type Stage } from '../../../../editor/definition.js';
import { useProblemAt } from '../../fields/problem-text.js';
import type { Editor } from '../../shell/use-editor.js';

interface PanelProps {
  readonly editor: Editor;
  readonly index: number;
  readonly disabled: boolean;
  readonly onClose: () => void;
}

/** W1: name, order of tasks, always run. */
export function StagePanel({ editor, index, disabled, onClose }: PanelProps) {
  const stage = editor.definition.stages[index];
  if (stage === undefined) return null;
  return (
    <aside className="side-form" aria-label={stage.name}>
      <StageHead name={stage.name} onClose={onClose} />
      <div className="fields">
        <StageFields editor={editor} index={index} stage={stage} disabled={disabled} />
      </div>
    </aside>
  );
}

function StageHead({ name, onClose }: { readonly name: string; readonly onClose: () => void }) {
  const { t } = useTranslation();
  return (
    <header>
      <span className="kind">
        <IconStack2 size={16} stroke={1.75} />
      </span>
      <div className="two grow">
        <b className="cut">{name}</b>
        <span className="second">{t('editor.stage')}</span>
      </div>
      <ActionIcon aria-label={t('common.close')} onClick={onClose}>
        <IconX size={16} />
      </ActionIcon>
    </header>
  );
}

function StageFields({ editor, index, stage, disabled }: Omit<PanelProps, 'onClose'> & { readonly stage: Stage }) {
  const { t } = useTranslation();
  const at = useProblemAt(editor.problems);
  const { definition, change } = editor;
  return (
    <>
      <TextInput
        label={t('editor.name')}
        autoFocus
        value={stage.name}
        disabled={disabled}
        error={at(`/stages/${index}/name`)}
        onChange={(event) => change(changeStage(definition, index, { name: event.currentTarget.value }), `stage ${stage.key}`)}
      />
      <div>
        <p className="field-label">{t('editor.order')}</p>
        <SegmentedControl
          fullWidth
          size="sm"
          disabled={disabled}
          value={stage.mode}
          onChange={(mode) => change(changeStage(definition, index, { mode: mode === 'parallel' ? 'parallel' : 'serial' }))}
          data={[
            { value: 'serial', label: t('editor.serial') },
            { value: 'parallel', label: t('editor.parallel') },
          ]}
        />
      </div>
      <Switch
        label={t('editor.alwaysRun')}
        description={t('editor.alwaysRunHint')}
        disabled={disabled}
        checked={stage.alwaysRun ?? false}
        onChange={(event) =>
          change(changeStage(definition, index, event.currentTarget.checked ? { alwaysRun: true } : ({ alwaysRun: undefined } as object)))
        }
      />
    </>
  );
}
