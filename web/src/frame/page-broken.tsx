import { Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { useRouteError } from 'react-router';
import { Empty } from '../parts/states.js';

/** A page that threw: the frame stays. */
export function PageBroken() {
  const { t } = useTranslation();
  const error = useRouteError();
  return (
    <Empty page title={t('states.broken')} actions={<Button onClick={() => window.location.reload()}>{t('states.reload')}</Button>}>
      {t('states.brokenText')} <span className="mono faint">{error instanceof Error ? error.message : ''}</span>
    </Empty>
  );
}
