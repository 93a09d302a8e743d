import type { Step } from '@drover/protocol/definition';
import { ActionIcon } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconCopy, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../../../editor/check.js';
import { problemsBelow } from '../../../editor/problems.js';
import { StatusMark } from '../../../parts/runs/status-mark.js';
import { sayProblem } from '../../editor/fields/problem-text.js';
import { StepFields } from './step-fields.js';
import { stepIcons } from './step-icons.js';

interface StepItemProps extends StepActions {
  readonly step: Step;
  readonly index: number;
  readonly count: number;
  readonly open: boolean;
  readonly problems: readonly Problem[];
  readonly toggle: () => void;
  readonly change: (step: Step) => void;
}

interface StepActions {
  readonly copy: () => void;
  readonly shift: (by: -1 | 1) => void;
  readonly remove: () => void;
}

/** A step of the rail: its head, its faults, what can be done with it, and, open, its fields. */
export function StepItem({ step, index, count, open, problems, toggle, change, ...actions }: StepItemProps) {
  const { t } = useTranslation();
  const path = `/steps/${index}`;
  const [fault] = problemsBelow(problems, path);
  return (
    <li className={open ? 'box open' : 'box'}>
      <header className="row">
        <StepHead step={step} open={open} toggle={toggle} />
        {fault === undefined ? null : (
          <span title={sayProblem(t, fault)}>
            <StatusMark status="failed" label={sayProblem(t, fault)} />
          </span>
        )}
        <StepButtons name={step.name} isFirst={index === 0} isLast={index === count - 1} {...actions} />
      </header>
      {open ? (
        <div className="step-body">
          <StepFields step={step} path={path} problems={problems} change={change} />
        </div>
      ) : null}
    </li>
  );
}

function StepHead({ step, open, toggle }: { readonly step: Step; readonly open: boolean; readonly toggle: () => void }) {
  const { t } = useTranslation();
  const Icon = stepIcons[step.type];
  return (
    <button type="button" className="row grow step-head" aria-expanded={open} onClick={toggle}>
      <span className="kind">
        <Icon size={16} stroke={1.75} />
      </span>
      <b className="cut">{step.name === '' ? '…' : step.name}</b>
      <span className="faint cut">{summary(step) ?? t(`jobs.${step.type}`)}</span>
    </button>
  );
}

function summary(step: Step): string | undefined {
  if (step.type === 'shell') return step.script.split('\n').find((line) => line.trim() !== '');
  if (step.type === 'uploadPackage') return `${step.files.join(', ')} → ${step.package} ${step.version}`;
  return step.source;
}

interface ButtonsProps extends StepActions {
  readonly name: string;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

function StepButtons({ name, isFirst, isLast, shift, copy, remove }: ButtonsProps) {
  const { t } = useTranslation();
  return (
    <>
      <ActionIcon aria-label={t('common.moveUp')} disabled={isFirst} onClick={() => shift(-1)}>
        <IconArrowUp size={14} />
      </ActionIcon>
      <ActionIcon aria-label={t('common.moveDown')} disabled={isLast} onClick={() => shift(1)}>
        <IconArrowDown size={14} />
      </ActionIcon>
      <ActionIcon aria-label={t('jobs.copyStep', { name })} onClick={copy}>
        <IconCopy size={14} />
      </ActionIcon>
      <ActionIcon aria-label={t('jobs.removeStep', { name })} onClick={remove}>
        <IconTrash size={14} />
      </ActionIcon>
    </>
  );
}
