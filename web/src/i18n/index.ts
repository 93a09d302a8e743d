import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import type { Tongue } from '../format/times.js';
import type { english } from './en/index.js';
import { learnSentences } from './sentences.js';
import { again } from '../app/again.js';

export type Dictionary = typeof english;

/** A dictionary of the same keys; Chinese has no separate singular. */
export type Translated<T> = {
  readonly [K in keyof T as K extends `${string}_one` ? never : K]: T[K] extends string ? string : Translated<T[K]>;
};

declare module 'i18next' {
  interface CustomTypeOptions {
    defaultNS: 'translation';
    resources: { translation: Dictionary };
  }
}

const storageKey = 'drover.language';

/** The language of the page: chosen before, else the browser's. `theme.js` has set it on the root element already. */
export const initialLanguage = (): Tongue => (document.documentElement.lang === 'zh-CN' ? 'zh-CN' : 'en');

interface Parts {
  readonly first: () => Promise<object>;
  readonly rest: () => Promise<object>;
}

const dictionaries: Readonly<Record<Tongue, Parts>> = {
  en: {
    first: async () => (await again(() => import('./en/first.js'))).first,
    rest: async () => (await again(() => import('./en/rest.js'))).rest,
  },
  'zh-CN': {
    first: async () => (await again(() => import('./zh/first.js'))).first,
    rest: async () => {
      const { rest, sentences } = await again(() => import('./zh/rest.js'));
      learnSentences(sentences);
      return rest;
    },
  },
};

const namespace = 'translation';
const tongueNow = (): Tongue => (i18next.language === 'zh-CN' ? 'zh-CN' : 'en');
const whole = new Set<Tongue>();

/** Loads what the first page needs of one language; the other language stays unloaded until it is asked for. */
export async function startLanguage(language: Tongue): Promise<void> {
  await i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: false,
    interpolation: { escapeValue: false },
    returnNull: false,
    resources: { [language]: { [namespace]: await dictionaries[language].first() } },
  });
}

/** Loads the texts of all other pages; to be awaited before one is shown. Does nothing the second time. */
export async function loadAllTexts(language: Tongue = tongueNow()): Promise<void> {
  if (whole.has(language)) return;
  i18next.addResourceBundle(language, namespace, await dictionaries[language].rest(), true, true);
  whole.add(language);
}

/** Changes the language of the page and remembers it. */
export async function changeLanguage(language: Tongue): Promise<void> {
  if (!i18next.hasResourceBundle(language, namespace))
    i18next.addResourceBundle(language, namespace, await dictionaries[language].first(), true, true);
  if (whole.size > 0) await loadAllTexts(language);
  await i18next.changeLanguage(language);
  document.documentElement.lang = language;
  localStorage.setItem(storageKey, language);
}

/** The language in use, for times and lists. */
export function useTongue(): Tongue {
  return useTranslation().i18n.language === 'zh-CN' ? 'zh-CN' : 'en';
}
