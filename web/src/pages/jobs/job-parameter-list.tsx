import type { JobParameter } from '@drover/protocol/definition';
import { ActionIcon, Button, Checkbox, Select, TextInput } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { tidy } from '../../editor/definition.js';
import { enumValues } from '../../editor/parameters.js';
import { useProblemAt } from '../editor/fields/problem-text.js';
import type { JobFormProps } from './job-form.js';

/** J1: parameters of a job; those shown in tasks can be given values there. */
export function JobParameterList({ job, change, problems }: JobFormProps) {
  const { t } = useTranslation();
  const at = useProblemAt(problems);
  const replace = (index: number, next: JobParameter): void =>
    change({ ...job, parameters: job.parameters.map((one, place) => (place === index ? tidy<JobParameter>(next) : one)) });
  const retype = (parameter: JobParameter, type: string | null): JobParameter => {
    const common = { name: parameter.name, ...(parameter.runtime === undefined ? {} : { runtime: parameter.runtime }) };
    const value = parameter.value ?? '';
    return type === 'enum' ? { ...common, type: 'enum', values: value === '' ? [] : [value], value } : { ...common, type: 'string', value };
  };
  return (
    <section className="part">
      <h2>{t('jobs.parameters')}</h2>
      <p className="faint">{t('jobs.parameterText')}</p>
      {job.parameters.map((parameter, index) => (
        <div key={index} className="box param-card">
          <div className="param-line">
            <TextInput
              label={t('editor.parameterName')}
              classNames={{ input: 'mono' }}
              spellCheck={false}
              value={parameter.name}
              error={at(`/parameters/${index}/name`)}
              onChange={(event) => replace(index, { ...parameter, name: event.currentTarget.value.trim() })}
            />
            <Select
              label={t('editor.type')}
              value={parameter.type}
              data={[
                { value: 'string', label: t('editor.string') },
                { value: 'enum', label: t('editor.enum') },
              ]}
              onChange={(type) => replace(index, retype(parameter, type))}
            />
            {parameter.type === 'enum' ? (
              <Select
                label={t('jobs.default')}
                value={parameter.value}
                data={[...new Set(parameter.values.map((value) => value.trim()).filter((value) => value !== ''))]}
                error={at(`/parameters/${index}/value`)}
                onChange={(value) => replace(index, { ...parameter, value: value ?? '' })}
              />
            ) : (
              <TextInput
                label={t('jobs.default')}
                classNames={{ input: 'mono' }}
                value={parameter.value ?? ''}
                error={at(`/parameters/${index}/value`)}
                onChange={(event) => replace(index, { ...parameter, value: event.currentTarget.value })}
              />
            )}
            <ActionIcon
              aria-label={t('jobs.removeParameter', { name: parameter.name })}
              onClick={() => change({ ...job, parameters: job.parameters.filter((_, place) => place !== index) })}
            >
              <IconTrash size={16} />
            </ActionIcon>
          </div>
          {parameter.type === 'enum' ? (
            <TextInput
              label={t('editor.values')}
              description={t('editor.valuesHint')}
              value={parameter.values.join(',')}
              error={at(`/parameters/${index}/values`)}
              onChange={(event) => replace(index, { ...parameter, values: enumValues(event.currentTarget.value) })}
              onBlur={() => replace(index, { ...parameter, values: parameter.values.map((value) => value.trim()) })}
            />
          ) : null}
          <Checkbox
            label={t('jobs.runtime')}
            checked={parameter.runtime ?? false}
            onChange={(event) => replace(index, { ...parameter, runtime: event.currentTarget.checked || undefined } as JobParameter)}
          />
        </div>
      ))}
      <div>
        <Button
          size="xs"
          leftSection={<IconPlus size={14} />}
          onClick={() => change({ ...job, parameters: [...job.parameters, { name: '', type: 'string', value: '', runtime: true }] })}
        >
          {t('jobs.addParameter')}
        </Button>
      </div>
    </section>
  );
}
