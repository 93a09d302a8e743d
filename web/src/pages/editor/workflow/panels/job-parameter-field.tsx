import type { Job } from '@drover/protocol/api';
import { useTranslation } from 'react-i18next';
import type { Problem } from '../../../../editor/check.js';
import { sayProblem } from '../../fields/problem-text.js';
import { ReferenceInput } from '../../fields/reference-input.js';
import type { ReferenceChoice } from '../../fields/reference-list.js';

interface FieldProps {
  readonly parameter: Job['definition']['parameters'][number];
  readonly value: string;
  readonly choices: readonly ReferenceChoice[];
  readonly fault: Problem | undefined;
  readonly disabled: boolean;
  readonly set: (value: string) => void;
  /** Makes a parameter of the pipeline that begins with the value, and refers to it. */
  readonly makeParameter: (value: string) => void;
}

/** What a task gives to one parameter of its job; empty, the job's default holds. */
export function JobParameterField({ parameter, value, choices, fault, disabled, set, makeParameter }: FieldProps) {
  const { t } = useTranslation();
  const standard = parameter.value ?? '';
  return (
    <ReferenceInput
      disabled={disabled}
      value={value}
      onChange={set}
      choices={choices}
      label={
        <span className="row wide-label">
          <span className="mono grow">{parameter.name}</span>
          {disabled || value.includes('${') ? null : (
            <button type="button" className="faint link-s link-btn" onClick={() => makeParameter(value === '' ? standard : value)}>
              {t('editor.makeParameter')}
            </button>
          )}
        </span>
      }
      description={parameter.description}
      placeholder={standard === '' ? undefined : t('editor.usesDefault', { value: parameter.value })}
      error={fault === undefined ? undefined : <Fault fault={fault} value={value} set={set} />}
    />
  );
}

/** The problem in words; where a name was mistyped, the right one to take. */
function Fault({ fault, value, set }: Pick<FieldProps, 'value' | 'set'> & { readonly fault: Problem }) {
  const { t } = useTranslation();
  const fix = 'fix' in fault ? fault.fix : undefined;
  const mistyped = 'facts' in fault ? (fault.facts?.['name'] ?? '') : '';
  return (
    <>
      {sayProblem(t, fault)}{' '}
      {fix === undefined ? null : (
        <button type="button" className="lk" onClick={() => set(value.replaceAll(`\${${mistyped}}`, `\${${fix}}`))}>
          {t('problems.use', { name: fix })}
        </button>
      )}
    </>
  );
}
