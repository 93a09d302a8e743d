import { ActionIcon, Tooltip } from '@mantine/core';
import { IconLanguage, IconMoon, IconSun } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useLook } from './use-look.js';

/** Changes the language; its name is in the other language. */
export function LanguageButton() {
  const { t } = useTranslation();
  const { switchLanguage } = useLook();
  return <Tooltip label={t('frame.language')}><ActionIcon data-toggle="" aria-label={t('frame.language')} onClick={switchLanguage}><IconLanguage size={16} stroke={1.75} /></ActionIcon></Tooltip>;
}

export function ThemeButton() {
  const { t } = useTranslation();
  const { dark, switchTheme } = useLook();
  return <Tooltip label={t('frame.theme')}><ActionIcon data-toggle="" aria-label={t('frame.theme')} onClick={switchTheme}>{dark ? <IconMoon size={16} stroke={1.75} /> : <IconSun size={16} stroke={1.75} />}</ActionIcon></Tooltip>;
}
