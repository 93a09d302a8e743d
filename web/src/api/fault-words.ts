import i18next, { t } from 'i18next';
import { knownSentence, sentenceOrQuote } from '../i18n/sentences.js';

export interface FaultOfInput {
  /** JSON pointer into what was sent. */
  readonly path: string;
  /** The controller's words: a whole sentence, or one that lacks its subject, which is the place. */
  readonly message: string;
}

const isChinese = (): boolean => i18next.language === 'zh-CN';

/** What the controller says of one place, as a whole sentence with the field as its subject. */
export function sayFault({ path, message }: FaultOfInput): string {
  const subject = lacksSubject.test(message) ? fieldName(path) : '';
  const words = knownSentence(message);
  const between = subject === '' ? '' : !isChinese() ? ' ' : words === undefined ? '：' : '';
  const sentence = subject + between + (words ?? sentenceOrQuote(message));
  return withStop(sentence.slice(0, 1).toLocaleUpperCase('en') + sentence.slice(1));
}

/** How a sentence begins that lacks its subject. */
const lacksSubject = /^(?:is|are|was|were|must|has|have|holds|names|begins|ends|consists|takes|can(?:not| not)|differs?|breaks)\b/;

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

const withStop = (text: string): string => (/[.。!?？！]$/.test(text) ? text : text + t('faults.stop'));

/** A refusal in the page's language: the controller's sentence, which has the facts, or what its code means. */
export function sayCode(code: string, detail: string): string {
  const words = knownSentence(detail);
  return words !== undefined && words !== '' ? words : t(`refusals.${code}`, { defaultValue: sentenceOrQuote(detail) });
}
