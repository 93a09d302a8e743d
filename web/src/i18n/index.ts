import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import type { Tongue } from '../format/times.js';
import type { english } from './en/index.js';

export type Dictionary = typeof english;

/** A dictionary of the same keys; Chinese has no separate singular. */
export type Translated<T> = { readonly [K in keyof T as K extends `${string}_one` ? never : K]: T[K] extends string ? string : Translated<T[K]> };

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: Dictionary };
  }
}

const storageKey = 'drover.language';

/** The language of the page: chosen before, else the browser's. `theme.js` has set it on the root element already. */
export const initialLanguage = (): Tongue => (document.documentElement.lang === 'zh-CN' ? 'zh-CN' : 'en');

const dictionaries: Readonly<Record<Tongue, () => Promise<object>>> = {
  en: async () => (await import('./en/index.js')).english,
  'zh-CN': async () => (await import('./zh/index.js')).chinese,
};

/** Loads one dictionary and makes it the page's; the other one stays unloaded until it is asked for. */
export async function startLanguage(language: Tongue): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: language, fallbackLng: false, interpolation: { escapeValue: false }, returnNull: false, showSupportNotice: false,
    resources: { [language]: { translation: await dictionaries[language]() } },
  } as Parameters<typeof i18next.init>[0]);
}

/** Changes the language of the page and remembers it. */
export async function changeLanguage(language: Tongue): Promise<void> {
  if (!i18next.hasResourceBundle(language, 'translation')) i18next.addResourceBundle(language, 'translation', await dictionaries[language]());
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  localStorage.setItem(storageKey, language);
}

/** The language in use, for times and lists. */
export function useTongue(): Tongue {
  return useTranslation().i18n.language === 'zh-CN' ? 'zh-CN' : 'en';
}
