import { isGitCause, type Reason } from '@drover/protocol';
import type { TFunction } from 'i18next';
import { serverNow } from '../format/clock.js';
import { shortTime } from '../format/times.js';
import { knownSentence, sentenceOrQuote } from './sentences.js';

/** Facts that are moments, as the protocol's sentences have them. */
const momentFacts: ReadonlySet<string> = new Set(['since', 'until']);
/** Facts that are words: of controller and agents, or of a program. */
const wordFacts: ReadonlySet<string> = new Set(['detail', 'field']);
/** Facts that are mostly names. */
const namedFacts: ReadonlySet<string> = new Set(['missing', 'who', 'agent']);

/** A reason in the page's language, its moments in the browser's time zone. An unknown code is shown as it is. */
export function sayReason(t: TFunction, reason: Reason): string {
  const parameters: Readonly<Record<string, string | number>> = reason.parameters ?? {};
  const sentence = t(`reason.${reason.code}`, { defaultValue: reason.code }).replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = parameters[name] ?? whole;
    if (momentFacts.has(name) && typeof value === 'number') return shortTime(value, serverNow());
    const text = String(value);
    return wordFacts.has(name) ? sentenceOrQuote(text) : namedFacts.has(name) ? (knownSentence(text) ?? text) : text;
  });
  const { cause } = parameters;
  return isGitCause(cause) ? `${sentence}\n${t(`gitCause.${cause}`)}` : sentence;
}
