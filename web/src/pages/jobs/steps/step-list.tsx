import type { Step } from '@drover/protocol/definition';
import { ActionIcon, Button } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconCopy, IconGitBranch, IconPackage, IconPlus, IconTerminal2, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { problemsBelow } from '../../editor/problems.js';
import { addStep, changeStep, copyStep, moveStep, removeStep, stepTypes } from '../../jobs/edit.js';
import { StatusMark } from '../../parts/status-mark.js';
import { sayProblem } from '../editor/fields/problem-text.js';
import type { JobFormProps } from './job-form.js';
import { StepFields } from './step-fields.js';
import { Menu, MenuItem, MenuList, MenuTarget } from '../../parts/menu.js';

const icons = { shell: IconTerminal2, checkout: IconGitBranch, uploadPackage: IconPackage } as const satisfies Record<
  Step['type'],
  unknown
>;

/** J2: the steps as a vertical rail; one is open at a time. */
export function StepList({ job, change, problems }: JobFormProps) {
  const { t } = useTranslation();
  const [open, setOpen] = useState<number | undefined>(job.steps.length === 1 ? 0 : undefined);
  const shift = (index: number, by: number): void => {
    change(moveStep(job, index, index + by));
    setOpen(open === index ? index + by : undefined);
  };
  return (
    <section className="part">
      <h2>{t('jobs.steps')}</h2>
      {job.steps.length === 0 ? <p className="says failed">{t('jobs.noSteps')}</p> : null}
      <ol className="step-rail">
        {job.steps.map((step, index) => {
          const Icon = icons[step.type];
          const [fault] = problemsBelow(problems, `/steps/${index}`);
          return (
            <li key={index} className={open === index ? 'box open' : 'box'}>
              <header className="row">
                <button
                  type="button"
                  className="row grow step-head"
                  aria-expanded={open === index}
                  onClick={() => setOpen(open === index ? undefined : index)}
                >
                  <span className="kind">
                    <Icon size={16} stroke={1.75} />
                  </span>
                  <b className="cut">{step.name === '' ? '…' : step.name}</b>
                  <span className="faint cut">{summary(step) ?? t(`jobs.${step.type}`)}</span>
                </button>
                {fault === undefined ? null : (
                  <span title={sayProblem(t, fault)}>
                    <StatusMark status="failed" label={sayProblem(t, fault)} />
                  </span>
                )}
                <ActionIcon aria-label={t('common.moveUp')} disabled={index === 0} onClick={() => shift(index, -1)}>
                  <IconArrowUp size={14} />
                </ActionIcon>
                <ActionIcon aria-label={t('common.moveDown')} disabled={index === job.steps.length - 1} onClick={() => shift(index, 1)}>
                  <IconArrowDown size={14} />
                </ActionIcon>
                <ActionIcon aria-label={t('jobs.copyStep', { name: step.name })} onClick={() => change(copyStep(job, index))}>
                  <IconCopy size={14} />
                </ActionIcon>
                <ActionIcon
                  aria-label={t('jobs.removeStep', { name: step.name })}
                  onClick={() => {
                    change(removeStep(job, index));
                    setOpen(undefined);
                  }}
                >
                  <IconTrash size={14} />
                </ActionIcon>
              </header>
              {open === index ? (
                <div className="step-body">
                  <StepFields
                    step={step}
                    path={`/steps/${index}`}
                    problems={problems}
                    change={(next) => change(changeStep(job, index, next))}
                  />
                </div>
              ) : null}
            </li>
          );
        })}
      </ol>
      <div>
        <Menu start>
          <MenuTarget>
            <Button size="xs" leftSection={<IconPlus size={14} />}>
              {t('jobs.addStep')}
            </Button>
          </MenuTarget>
          <MenuList>
            {stepTypes.map((type) => {
              const Icon = icons[type];
              return (
                <MenuItem
                  key={type}
                  icon={<Icon size={16} />}
                  onClick={() => {
                    change(addStep(job, type, t(`jobs.${type}`)));
                    setOpen(job.steps.length);
                  }}
                >
                  {t(`jobs.${type}`)}
                </MenuItem>
              );
            })}
          </MenuList>
        </Menu>
      </div>
    </section>
  );
}

function summary(step: Step): string | undefined {
  if (step.type === 'shell') return step.script.split('\n').find((line) => line.trim() !== '');
  if (step.type === 'uploadPackage') return `${step.files.join(', ')} → ${step.package} ${step.version}`;
  return step.source;
}
