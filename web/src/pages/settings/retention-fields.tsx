import { NumberInput } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { errorAt } from '../../api/problem.js';
import { durations } from '../../format/amounts.js';
import { useNowInSteps } from '../../format/ticker.js';
import { shortTime } from '../../format/times.js';
import type { SettingsDraft } from './settings-draft.js';

interface FieldsProps {
  /** Nothing is deleted before. */
  readonly from: number | undefined;
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
export function RetentionFields({ from, draft, set, error }: FieldsProps) {
  const { t } = useTranslation();
  const now = useNowInSteps(durations.minute);
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
      {from !== undefined && now < from ? <p>{t('settings.retentionFrom', { from: shortTime(from, now) })}</p> : null}
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
