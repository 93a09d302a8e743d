import { gitCauseOf, type GitCause } from '@drover/protocol';

/** `other`: nothing that a person is told what to do about. */
export type GitFaultKind = GitCause | 'other';

/** Git's failure in its own words, without progress. */
export class GitFault extends Error {
  constructor(
    readonly kind: GitFaultKind,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** The failure behind the end of git's output. */
export function gitFault(tail: string, exitCode: number): GitFault {
  const words = wordsOf(tail);
  return words === '' ? new GitFault('other', `git exited with code ${exitCode}`) : new GitFault(gitCauseOf(words) ?? 'other', words);
}

const maxLines = 12;
const maxLength = 1_500;
/** `Receiving objects:  12% (3/25), 1.20 MiB | 400 KiB/s`, also from the other side, and its last form without a share. */
const progress =
  /^(?:remote: )?(?:[A-Z][a-z]+ (?:[a-z]+ ?)*: +(?:\d+% \(\d+\/\d+\)|\d+(?:, done\.?)?$)|Total \d+ \(delta|warning: redirecting)/;
const telling = /^(?:fatal|error|remote|ssh|ERROR|Permission|Host key|Load key|batch response|LFS|kex_|Unable)/;

/** The last lines that say why, oldest first: progress is left out, and where there are many lines, what is no message of git's. */
export function wordsOf(tail: string): string {
  const lines = tail
    .split(/[\r\n]+/)
    .map((line) => line.replaceAll(/\u001b\[[\d;]*[A-Za-z]/g, '').trimEnd())
    .filter((line) => line.trim() !== '' && !/^remote:\s*$/.test(line) && !progress.test(line.trimStart()));
  const chosen = lines.length > maxLines && lines.some((line) => telling.test(line)) ? lines.filter((line) => telling.test(line)) : lines;
  const unique = chosen.filter((line, index) => chosen.indexOf(line) === index).slice(-maxLines);
  while (unique.length > 1 && unique.join('\n').length > maxLength) unique.shift();
  return unique.join('\n').slice(-maxLength);
}
