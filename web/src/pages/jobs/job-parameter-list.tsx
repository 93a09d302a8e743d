import type { JobParameter } from '@drover/protocol/definition';
import { Button } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { tidy } from '../../editor/definition.js';
import type { JobFormProps } from './job-form.js';
import { JobParameterCard } from './job-parameter-card.js';

/** J1: parameters of a job; those shown in tasks can be given values there. */
export function JobParameterList({ job, change, problems }: JobFormProps) {
  const { t } = useTranslation();
  const { parameters } = job;
  const set = (next: typeof parameters): void => change({ ...job, parameters: next });
  return (
    <section className="part">
      <h2>{t('jobs.parameters')}</h2>
      <p className="faint">{t('jobs.parameterText')}</p>
      {parameters.map((parameter, index) => (
        <JobParameterCard
          key={index}
          parameter={parameter}
          path={`/parameters/${index}`}
          problems={problems}
          replace={(next) => set(parameters.map((one, place) => (place === index ? tidy<JobParameter>(next) : one)))}
          remove={() => set(parameters.filter((_, place) => place !== index))}
        />
      ))}
      <div>
        <Button
          size="xs"
          leftSection={<IconPlus size={14} />}
          onClick={() => set([...parameters, { name: '', type: 'string', value: '', runtime: true }])}
        >
          {t('jobs.addParameter')}
        </Button>
      </div>
    </section>
  );
}
