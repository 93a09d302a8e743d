/** What makes a password easy to guess, with the sentence that helps. */
export const passwordWeaknesses = {
  common: 'is one of the most common passwords, or close to one: choose several words that do not belong together',
  name: 'consists of the user’s name and little else: choose something that others do not know of you',
  pattern:
    'consists of digits, repetitions or sequences such as “aaaa”, “1234” or “qwerty”: choose several words that do not belong together',
} as const;
export type PasswordWeakness = keyof typeof passwordWeaknesses;

/** Characters that are hard to predict from those before them: fewer than this can be guessed from outside. */
const fewestUnpredictable = 6;
const fewestDifferent = 4;
const fewestDigits = 16;
/** Letters beside common words. */
const fewestBesideWords = 3;
/** Shorter names occur in ordinary words. */
const shortestName = 3;

/** The words at the top of published lists of leaked passwords, without digits and signs at their ends, plus what comes with software. */
const common = new Set(
  (
    'password passwort passwd pass word secret letmein welcome admin administrator root default changeme test testing guest user login ' +
    'hello iloveyou lovely sunshine princess football baseball basketball soccer monkey dragon master shadow superman batman starwars ' +
    'pokemon whatever trustno1 michael jennifer jessica charlie daniel thomas computer internet samsung google facebook qazwsx ' +
    'q1w2e3r4 1q2w3e4r 1q2w3e4r5t 1qaz2wsx 1qaz2wsx3edc zaq12wsx abc123 a1b2c3d4 drover controller woaini woaini1314 5201314 jenkins ' +
    'qazwsxedc qazwsxedcrfv spring summer autumn fall winter january february march april june july august september october ' +
    'november december monday tuesday wednesday thursday friday saturday sunday motdepasse contraseña contrasena senha wachtwoord ' +
    'kennwort пароль 密码'
  ).split(' '),
);
/** Shorter ones are parts of many words. */
const longWords = [...common].filter((word) => /^\p{L}{4,}$/u.test(word)).toSorted((a, b) => b.length - a.length);
const keyboard = ['`1234567890-=', 'qwertyuiop[]', "asdfghjkl;'", 'zxcvbnm,./', 'qwertzuiop', 'azertyuiop', 'yxcvbnm'];
const lookalikes: Readonly<Record<string, string>> = {
  '@': 'a',
  '4': 'a',
  '3': 'e',
  '1': 'i',
  '!': 'i',
  '0': 'o',
  $: 's',
  '5': 's',
  '7': 't',
};

/** Why a password is refused although it is long enough; undefined where nothing speaks against it. Linear in its length; `names` are the user's. */
export function passwordWeakness(password: string, names: readonly string[]): PasswordWeakness | undefined {
  const text = unitOf(password.toLowerCase());
  const letters = text.replace(/[^\p{L}\p{N}]/gu, '');
  if (isCommon(text) || isCommon(letters) || isCommon([...letters].toReversed().join('')) || isOfCommonWords(letters)) return 'common';
  if (isPattern(text)) return 'pattern';
  const parts = names.flatMap((name) => [name, ...name.split(/[^\p{L}\p{N}]+/u)]).map((name) => name.toLowerCase());
  const rest = parts
    .filter((name) => name.length >= shortestName)
    .toSorted((a, b) => b.length - a.length)
    .reduce((left, name) => left.replaceAll(name, ''), text);
  return rest !== text && unpredictable(rest) < fewestUnpredictable ? 'name' : undefined;
}

/** Dates and numbers, too: so few digits are tried out soon. */
function isPattern(text: string): boolean {
  const word = trimmed(text);
  const once = word === '' ? text : text.replace(word, () => unitOf(word));
  if (/^[\d\s./:_-]*$/.test(text) && text.replace(/\D/g, '').length < fewestDigits) return true;
  return unpredictable(once) < fewestUnpredictable || new Set(text).size < fewestDifferent;
}

/** Common words one after the other, and next to nothing else. */
function isOfCommonWords(letters: string): boolean {
  const rest = longWords.reduce((left, word) => left.replaceAll(word, ''), plainLetters(trimmed(letters)));
  return rest !== plainLetters(trimmed(letters)) && rest.length < fewestBesideWords;
}

/** `abcabcabca` is `abc`, as often as it takes. */
function unitOf(text: string): string {
  const border = [0];
  for (let at = 1; at < text.length; at++) {
    let length = border[at - 1] ?? 0;
    while (length > 0 && text[at] !== text[length]) length = border[length - 1] ?? 0;
    border.push(text[at] === text[length] ? length + 1 : length);
  }
  const period = text.length - (border.at(-1) ?? 0);
  return period * 2 <= text.length ? text.slice(0, period) : text;
}

function isCommon(text: string): boolean {
  const word = trimmed(text);
  return [text, word, trimmed(plainLetters(text)), plainLetters(word)].some((candidate) => common.has(candidate));
}

/** Without digits and signs at both ends. */
function trimmed(text: string): string {
  let [start, end] = [0, text.length];
  const isLetter = (at: number) => /\p{L}/u.test(text[at] ?? '');
  while (start < end && !isLetter(start)) start++;
  while (end > start && !isLetter(end - 1)) end--;
  return text.slice(start, end);
}

const plainLetters = (text: string): string => [...text].map((character) => lookalikes[character] ?? character).join('');

/** Characters, where a run of three or more that rises, falls, repeats or follows the keyboard counts as two. */
function unpredictable(text: string): number {
  let count = 0;
  for (let at = 0; at < text.length;) {
    const length = Math.max(runFrom(text, at, 1), runFrom(text, at, -1));
    const isRun = length >= 3;
    count += isRun ? 2 : 1;
    at += isRun ? length : 1;
  }
  return count;
}

function runFrom(text: string, start: number, direction: 1 | -1): number {
  let end = start + 1;
  while (end < text.length && follows(text, end, direction)) end++;
  return end - start;
}

function follows(text: string, at: number, direction: 1 | -1): boolean {
  const [before, after] = [text[at - 1] ?? '', text[at] ?? ''];
  const step = after.charCodeAt(0) - before.charCodeAt(0);
  if (step === 0 || step === direction) return true;
  return keyboard.some((row) => {
    const place = row.indexOf(before);
    return place >= 0 && row[place + direction] === after;
  });
}
