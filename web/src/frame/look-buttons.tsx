import { ActionIcon } from '@mantine/core';
import { IconLanguage, IconMoon, IconSun } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { useLook } from './use-look.js';
import { Tip } from '../parts/overlays/tip.js';

/** Changes the language; its name is in the other language. */
export function LanguageButton() {
  const { t } = useTranslation();
  const { switchLanguage } = useLook();
  return (
    <Tip label={t('frame.language')}>
      <ActionIcon data-toggle="language" aria-label={t('frame.language')} onClick={switchLanguage}>
        <IconLanguage size={16} stroke={1.75} />
      </ActionIcon>
    </Tip>
  );
}

export function ThemeButton() {
  const { t } = useTranslation();
  const { dark, switchTheme } = useLook();
  return (
    <Tip label={t('frame.theme')}>
      <ActionIcon data-toggle="theme" aria-label={t('frame.theme')} onClick={switchTheme}>
        {dark ? <IconMoon size={16} stroke={1.75} /> : <IconSun size={16} stroke={1.75} />}
      </ActionIcon>
    </Tip>
  );
}
