import type { PipelineDefinition, Stage } from '@drover/protocol/definition';
import { Checkbox, Tooltip } from '@mantine/core';
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { chosenTasks, stageState, toggleStage, toggleTask, type Choice } from './choice.js';

interface TreeProps {
  readonly definition: PipelineDefinition;
  readonly choice: Choice;
  readonly onChange: (choice: Choice) => void;
}

/** Stages with boxes of three states; a stage opens to its tasks. */
export function StageTree({ definition, choice, onChange }: TreeProps) {
  const { t } = useTranslation();
  const total = definition.stages.reduce((sum, { tasks }) => sum + tasks.length, 0);
  return (
    <fieldset className="run-stages">
      <legend>
        <span className="grow">{t('runDialog.tasks')}</span>
        <span className="faint num">{t('runDialog.chosen', { count: chosenTasks(definition, choice).length, total })}</span>
      </legend>
      <ul className="pick">
        {definition.stages.map((stage) => (
          <StageItem key={stage.key} stage={stage} choice={choice} onChange={onChange} />
        ))}
      </ul>
    </fieldset>
  );
}

interface StageProps {
  readonly stage: Stage;
  readonly choice: Choice;
  readonly onChange: (choice: Choice) => void;
}

function StageItem({ stage, choice, onChange }: StageProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState(false);
  const { state, chosen } = stageState(stage, choice);
  const fixed = stage.alwaysRun === true;
  const Caret = open ? IconChevronDown : IconChevronRight;
  return (
    <li>
      <div className="pick-row">
        <button
          type="button"
          className="pick-caret"
          aria-expanded={open}
          aria-label={t('runDialog.expand', { stage: stage.name })}
          onClick={() => setOpen(!open)}
        >
          <Caret size={14} />
        </button>
        <Checkbox
          className="grow"
          label={stage.name}
          checked={state === 'all'}
          indeterminate={state === 'some'}
          disabled={fixed}
          onChange={() => onChange(toggleStage(stage, choice))}
        />
        {fixed ? (
          <Tooltip label={t('runDialog.alwaysHint')}>
            <span className="chip" tabIndex={0}>
              {t('runDialog.always')}
            </span>
          </Tooltip>
        ) : null}
        <span className="faint num">
          {chosen} / {stage.tasks.length}
        </span>
      </div>
      {open ? <StageTasks stage={stage} choice={choice} onChange={onChange} /> : null}
    </li>
  );
}

function StageTasks({ stage, choice, onChange }: StageProps) {
  const fixed = stage.alwaysRun === true;
  return (
    <ul className="pick-tasks">
      {stage.tasks.map(({ key, name }) => (
        <li key={key}>
          <Checkbox
            label={name}
            checked={fixed || !choice.off.has(key)}
            disabled={fixed}
            onChange={() => onChange(toggleTask(stage, key, choice))}
          />
        </li>
      ))}
    </ul>
  );
}
