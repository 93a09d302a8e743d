// The check `words`: expressions that read stiffly in comments, docs, titles and messages, each with a better one.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './setup/steps.mjs';

const list = [
  [/\bcan not\b(?! only)/i, 'cannot'],
  [/\bcould not be had\b|\b(?:to|can(?:not)?) be had\b/i, 'is (not) available'],
  [/\banew\b/i, 'again, or a word that says what is done'],
  [/\bat hand\b/i, 'in memory, loaded, present'],
  [/\b(?:is|are|was|were|be|being) told of\b/i, 'hears of, learns about, is announced'],
  [/\b(?:comes?|came|come) to (?:its|their|an) end\b/i, 'ends'],
  [/\b(?:lets?|letting) go\b/i, 'releases, drops, closes, disconnects'],
  [/\b(?:goes|go) on\b/i, 'continues'],
  [/\bwhoever\b(?! you are)/i, 'the noun: caller, reader, viewer, person'],
  [/\b(?:he|his|him|himself)\b/, 'they, their, them'],
  [/\bin vain\b/i, 'without effect'],
  [/\bis no (?:readable|valid|usable)\b/i, 'is not a (readable, valid, usable) …'],
];
const files = execFileSync('git', ['ls-files', '-z', '*.ts', '*.tsx', '*.mjs', '*.cjs', '*.md', '*.css'], { cwd: root, maxBuffer: 2 ** 26 })
  .toString()
  .split('\0')
  .filter((file) => file !== '' && file !== 'scripts/words.mjs');

let found = 0;
for (const file of files) {
  const lines = readText(join(root, file)).split('\n');
  for (const [index, line] of lines.entries()) {
    const hit = list.flatMap(([words, better]) => (words.test(line) ? [`“${words.exec(line)?.[0]}”: better ${better}`] : []));
    for (const text of hit) process.stdout.write(`${file}:${index + 1}: ${text}\n`);
    found += hit.length;
  }
}
process.exit(found === 0 ? 0 : 1);

/** A file that was deleted and not committed yet is still listed. */
function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
