import type { Job } from '@drover/protocol/api';
import { useTranslation } from 'react-i18next';
import { changeTask, type TaskPlace } from '../../../../editor/definition.js';
import { problemsAt } from '../../../../editor/problems.js';
import type { Editor } from '../../shell/use-editor.js';
import { JobParameterField } from './job-parameter-field.js';
import { referenceChoices } from './reference-choices.js';

interface JobParametersProps {
  readonly editor: Editor;
  readonly place: TaskPlace;
  readonly job: Job['definition'];
  readonly disabled: boolean;
}

/** W4, P8: the job's parameters with *runtime setting*, each with what this task gives it. */
export function JobParameters({ editor, place, job, disabled }: JobParametersProps) {
  const { t } = useTranslation();
  const { definition, change, problems } = editor;
  const task = definition.stages[place.stage]?.tasks[place.task];
  const shown = job.parameters.filter(({ runtime }) => runtime === true);
  if (task === undefined || shown.length === 0) return null;
  const values: Readonly<Record<string, string>> = task.parameters ?? {};
  const set = (name: string, value: string): void => {
    const { [name]: _, ...rest } = values;
    const next = value === '' ? rest : { ...rest, [name]: value };
    change(
      changeTask(definition, place, { parameters: Object.keys(next).length === 0 ? undefined : next }),
      `${task.key} parameter ${name}`,
    );
  };
  const makeParameter = (name: string, value: string): void => {
    const known = definition.parameters.some((one) => one.name === name);
    const grown = known
      ? definition
      : { ...definition, parameters: [...definition.parameters, { name, type: 'string' as const, value, runtime: true }] };
    change(changeTask(grown, place, { parameters: { ...values, [name]: `\${${name}}` } }));
  };
  return (
    <fieldset>
      <legend>{t('editor.jobParameters')}</legend>
      {shown.map((parameter) => (
        <JobParameterField
          key={parameter.name}
          parameter={parameter}
          value={values[parameter.name] ?? ''}
          choices={referenceChoices(definition)}
          fault={problemsAt(problems, `/stages/${place.stage}/tasks/${place.task}/parameters/${parameter.name}`)[0]}
          disabled={disabled}
          set={(value) => set(parameter.name, value)}
          makeParameter={(value) => makeParameter(parameter.name, value)}
        />
      ))}
    </fieldset>
  );
}
