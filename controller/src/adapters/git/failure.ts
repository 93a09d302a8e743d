import type { GitTestResult } from '@drover/protocol/api';
import type { GitEnd } from './git-process.js';

/** What git, curl and ssh say in English, the more telling first: ssh adds “could not read from remote repository” to everything. */
// prettier-ignore
const sentences: ReadonlyArray<[words: RegExp, result: GitTestResult]> = [
  [/host key verification failed|host identification has changed|host key for .* has changed/i,                                    'hostKeyRefused'],
  [/certificate|\bSSL: no alternative/i,                                                                                          'certificateInvalid'],
  [/authentication failed|could not read (?:username|password)|permission denied|returned error: 401|too many authentication/i,   'authenticationRefused'],
  [/could not resolve|failed to connect|couldn't connect|connection (?:refused|timed out|reset|closed)|timed out|no route to host|network is unreachable|empty reply/i, 'hostUnreachable'],
  [/not found|returned error: 40[34]|does not appear to be a git repository|is this a git repository|no such project|access denied/i, 'notFoundOrNoAccess'],
];

/** Why the remote could not be read, as far as the words tell. */
export function failureOf(end: GitEnd): GitTestResult {
  if (end.type === 'tooSlow') return 'hostUnreachable';
  const words = end.type === 'failed' ? end.words : '';
  return sentences.find(([pattern]) => pattern.test(words))?.[1] ?? 'other';
}
