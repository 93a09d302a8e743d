import i18next, { t } from 'i18next';
import { faultPatterns } from './fault-patterns.js';

export interface FaultOfInput {
  /** JSON pointer into what was sent. */
  readonly path: string;
  /** The controller's words: a whole sentence, or one that lacks its subject, which is the place. */
  readonly message: string;
}

const isChinese = (): boolean => i18next.language === 'zh-CN';

/** What the controller says of one place, as a whole sentence with the field as its subject. */
export function sayFault({ path, message }: FaultOfInput): string {
  const words = inTongue(message);
  const sentence = lacksSubject.test(words) ? `${fieldName(path)}${isChinese() ? '' : ' '}${words}` : words;
  return withStop(sentence.slice(0, 1).toLocaleUpperCase('en') + sentence.slice(1));
}

/** How a sentence begins that lacks its subject. */
const lacksSubject =
  /^(?:is|are|must|has|have|holds|names|begins|ends|can(?:not| not)|differs?|breaks)\b|^(?:不能|不得|不是|不正确|必须|已被|至少|最多|重复)/;

/** The field that a pointer ends at; numbers are places in a list. */
function fieldName(path: string): string {
  const parts = path.split('/').slice(1);
  const name =
    parts
      .findLast((part) => !/^\d+$/.test(part))
      ?.replaceAll('~1', '/')
      .replaceAll('~0', '~') ?? '';
  return name === '' ? t('faults.input') : t(`faults.fields.${name}`, { defaultValue: `“${name}”` });
}

/** In Chinese, by the patterns of the controller's checks; what those do not know stays as it came. */
function inTongue(message: string): string {
  if (!isChinese()) return message;
  for (const [pattern, key] of faultPatterns) {
    const found = pattern.exec(message);
    if (found !== null) return t(`faults.${key}`, { a: found[1] ?? '', b: found[2] ?? '' });
  }
  return message;
}

const withStop = (text: string): string => (/[.。!?？！”]$/.test(text) ? text : text + t('faults.stop'));

/** A refusal in the page's language. In English it is the controller's own sentence, which has the facts. */
export const sayCode = (code: string, detail: string): string =>
  isChinese() || detail === '' ? t(`refusals.${code}`, { defaultValue: detail }) : detail;
