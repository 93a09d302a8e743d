import { durations } from './amounts.js';

export type Tongue = 'en' | 'zh-CN';

const formats = new Map<string, Intl.DateTimeFormat>();

function format(language: Tongue, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = language + JSON.stringify(options);
  const known = formats.get(key) ?? new Intl.DateTimeFormat(language === 'en' ? 'en-GB' : language, options);
  formats.set(key, known);
  return known;
}

/** `2026-11-18 14:02:11 UTC+8`: the exact moment, for hover and audit. */
export function exactTime(at: number): string {
  const date = new Date(at);
  const part = (value: number): string => String(value).padStart(2, '0');
  const offset = -date.getTimezoneOffset();
  const zone = `UTC${offset < 0 ? '−' : '+'}${Math.floor(Math.abs(offset) / 60)}${offset % 60 === 0 ? '' : `:${part(Math.abs(offset) % 60)}`}`;
  return `${date.getFullYear()}-${part(date.getMonth() + 1)}-${part(date.getDate())} ${part(date.getHours())}:${part(date.getMinutes())}:${part(date.getSeconds())} ${zone}`;
}

/** `14:02:11` */
export const clockTime = (at: number): string => exactTime(at).slice(11, 19);

/** `14:02`, with the date when it is not today's: a moment within a sentence. */
export function shortTime(at: number, now: number): string {
  const exact = exactTime(at);
  return exact.slice(0, 10) === exactTime(now).slice(0, 10) ? exact.slice(11, 16) : exact.slice(0, 16);
}

/** `2 min ago`, `yesterday`, `3 days ago`; after 7 days the date. */
export function relativeTime(at: number, now: number, language: Tongue): string {
  const passed = now - at;
  const words = new Intl.RelativeTimeFormat(language, { numeric: 'auto', style: language === 'en' ? 'short' : 'long' });
  const text = (value: number, unit: Intl.RelativeTimeFormatUnit): string =>
    words.format(-value, unit).replace('min.', 'min').replace('hr.', 'h');
  if (passed < 5 * durations.second) return words.format(0, 'second');
  if (passed < durations.minute) return text(Math.floor(passed / durations.second), 'second').replace('sec.', 's');
  if (passed < durations.hour) return text(Math.floor(passed / durations.minute), 'minute');
  if (passed < durations.day) return text(Math.floor(passed / durations.hour), 'hour');
  if (passed < 8 * durations.day) return text(Math.floor(passed / durations.day), 'day');
  return shortDate(at, language);
}

/** A moment that is still to come: `in 3 days`, else the date. */
export function comingTime(at: number, now: number, language: Tongue): string {
  const left = at - now;
  if (left > 60 * durations.day) return shortDate(at, language);
  const words = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  if (left < durations.hour) return words.format(Math.ceil(left / durations.minute), 'minute');
  return left < durations.day
    ? words.format(Math.round(left / durations.hour), 'hour')
    : words.format(Math.round(left / durations.day), 'day');
}

export const shortDate = (at: number, language: Tongue): string =>
  format(language, { year: 'numeric', month: 'short', day: 'numeric' }).format(at);
