/** Common causes, for which a person can do something. */
export type GitFaultKind =
  | 'authentication'
  | 'notFound'
  | 'hostKey'
  | 'certificate'
  | 'unreachable'
  | 'objectMissing'
  | 'diskFull'
  | 'other';

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
  return words === '' ? new GitFault('other', `git exited with code ${exitCode}`) : new GitFault(kindOf(words), words);
}

// prettier-ignore
const kinds: ReadonlyArray<readonly [GitFaultKind, RegExp]> = [
  ['diskFull',       /no space left|disk quota exceeded|no inodes/i],
  ['objectMissing',  /not our ref|unadvertised object|couldn't find remote ref|no such remote ref|does not support shallow|dumb http transport/i],
  ['hostKey',        /host key verification failed|remote host identification/i],
  ['certificate',    /certificate|\bssl\b|\btls\b|gnutls|schannel/i],
  ['authentication', /authentication failed|access denied|permission denied|could not read (?:username|password)|invalid (?:username|credentials)|error: 40[13]\b|error in libcrypto|invalid format|too many authentication/i],
  ['notFound',       /not found|does not appear to be a git repository|does not exist|error: 404\b|project you were looking for/i],
  ['unreachable',    /could not resolve|connection (?:refused|timed out|reset|closed)|failed to connect|couldn't connect|timed out|unreachable|no route to host|hung up|rpc failed|early eof|unexpected disconnect|error: 5\d\d\b/i],
];

const kindOf = (words: string): GitFaultKind => kinds.find(([, pattern]) => pattern.test(words))?.[0] ?? 'other';

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
