import { useTranslation } from 'react-i18next';
import { NotFound } from '../parts/states.js';
import { TopBar } from './top-bar.js';

/** An address that no page has. */
export function PageNotFound() {
  const { t } = useTranslation();
  return (
    <>
      <TopBar title={t('states.notFound')} crumbs={[{ label: t('states.notFound') }]} />
      <NotFound />
    </>
  );
}
