import { NumberInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { errorAt } from '../../api/problem.js';
import type { SettingsDraft } from './use-settings-draft.js';

interface FieldsProps {
  readonly draft: SettingsDraft;
  readonly set: (part: Partial<SettingsDraft>) => void;
  readonly error: unknown;
}

/** A field, the pointer of its value and its largest one. */
const fields = [
  ['runDays', '/retention/runs/days', 36_500],
  ['runsMost', '/retention/runs/runs', 1_000_000],
  ['packageDays', '/retention/packages/days', 36_500],
  ['packageVersions', '/retention/packages/versions', 100_000],
] as const;

/** O4, B3: how long runs and packages are kept. */
export function RetentionFields({ draft, set, error }: FieldsProps) {
  const { t } = useTranslation();
  const [runDays, runsMost, packageDays, packageVersions] = fields.map(([name, pointer, max]) => (
    <NumberInput
      key={name}
      label={t(`settings.${name}`)}
      min={1}
      max={max}
      allowDecimal={false}
      value={draft[name]}
      onChange={(value) => set({ [name]: value })}
      error={errorAt(error, pointer)}
    />
  ));
  return (
    <fieldset className="part">
      <legend>{t('settings.retention')}</legend>
      <p className="faint">{t('settings.retentionHint')}</p>
      <div className="pair">
        {runDays}
        {runsMost}
      </div>
      <div className="pair">
        {packageDays}
        {packageVersions}
      </div>
      <p className="faint">{t('settings.packagesHint')}</p>
    </fieldset>
  );
}
