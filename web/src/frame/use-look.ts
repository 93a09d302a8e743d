import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { changeLanguage, useTongue } from '../i18n/index.js';

/** Theme and language of this browser, and how to change them. */
export function useLook() {
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme('light') === 'dark';
  const tongue = useTongue();
  return {
    dark,
    switchTheme: () => setColorScheme(dark ? 'light' : 'dark'),
    switchLanguage: () => void changeLanguage(tongue === 'en' ? 'zh-CN' : 'en'),
  };
}
