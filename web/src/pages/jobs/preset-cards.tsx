import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { jobPresets, type PresetName } from '../../jobs/presets.js';

const names = Object.keys(jobPresets) as readonly PresetName[];

/** J4: presets to start from, and a blank one. */
export function PresetCards({ to }: { readonly to: (preset: PresetName | undefined) => string }) {
  const { t } = useTranslation();
  return (
    <ul className="presets">
      <li>
        <Link to={to(undefined)} replace>
          <b>{t('jobs.blank')}</b>
          <span>{t('jobs.blankText')}</span>
        </Link>
      </li>
      {names.map((name) => (
        <li key={name}>
          <Link to={to(name)} replace>
            <b>{jobPresets[name].name}</b>
            <span>{t(`presets.${name}`)}</span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
