import type { Job } from '@drover/protocol/api';
import { useTranslation } from 'react-i18next';
import { changeTask, type PipelineDefinition, type TaskPlace } from '../../../editor/definition.js';
import { knownNames } from '../../../editor/check.js';
import { problemsAt } from '../../../editor/problems.js';
import { sayProblem } from '../fields/problem-text.js';
import { ReferenceInput, type ReferenceChoice } from '../fields/reference-input.js';
import type { Editor } from '../shell/use-editor.js';

/** What `$` offers in this pipeline. */
export const referenceChoices = (definition: PipelineDefinition): readonly ReferenceChoice[] => {
  const own = new Map(definition.parameters.map((parameter) => [parameter.name, parameter]));
  return knownNames(definition).map((name) => {
    const parameter = own.get(name);
    if (parameter === undefined) return { name, kind: 'predefined' };
    return parameter.type === 'secret' ? { name, kind: 'secret' } : { name, kind: 'parameter', value: parameter.value };
  });
};

interface JobParametersProps {
  readonly editor: Editor;
  readonly place: TaskPlace;
  readonly job: Job['definition'];
  readonly disabled: boolean;
}

/** W4, P8: the job's parameters with *runtime setting*, each with what this task gives it. */
export function JobParameters({ editor, place, job, disabled }: JobParametersProps) {
  const { t } = useTranslation();
  const { definition, change } = editor;
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
      {shown.map((parameter) => {
        const value = values[parameter.name] ?? '';
        const [fault] = problemsAt(editor.problems, `/stages/${place.stage}/tasks/${place.task}/parameters/${parameter.name}`);
        const fix = fault !== undefined && 'fix' in fault ? fault : undefined;
        const offer =
          disabled || value.includes('${') ? null : (
            <button
              type="button"
              className="faint link-s link-btn"
              onClick={() => makeParameter(parameter.name, value === '' ? (parameter.value ?? '') : value)}
            >
              {t('editor.makeParameter')}
            </button>
          );
        return (
          <ReferenceInput
            key={parameter.name}
            disabled={disabled}
            value={value}
            onChange={(next) => set(parameter.name, next)}
            choices={referenceChoices(definition)}
            label={
              <span className="row wide-label">
                <span className="mono grow">{parameter.name}</span>
                {offer}
              </span>
            }
            description={parameter.description}
            placeholder={(parameter.value ?? '') === '' ? undefined : t('editor.usesDefault', { value: parameter.value })}
            error={
              fault === undefined ? undefined : (
                <>
                  {sayProblem(t, fault)}{' '}
                  {fix?.fix === undefined ? null : (
                    <button
                      type="button"
                      className="lk"
                      onClick={() => set(parameter.name, value.replaceAll(`\${${fix.facts?.['name'] ?? ''}}`, `\${${fix.fix ?? ''}}`))}
                    >
                      {t('problems.use', { name: fix.fix })}
                    </button>
                  )}
                </>
              )
            }
          />
        );
      })}
    </fieldset>
  );
}
