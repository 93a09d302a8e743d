import type { GitCredentials } from '@drover/protocol/agent';
import type { GitEnd } from './git-process.js';

const maxLength = 300;

interface Surroundings {
  readonly credentials: GitCredentials;
  readonly folder: string;
  /** Others that git may name, such as passwords of proxies. */
  readonly secrets: readonly string[];
}

/** Why git failed, for a person: without credentials, addresses with users in them, or names of temporary files. */
export function inWords(end: GitEnd, about: Surroundings & { readonly limitMs: number }): string {
  switch (end.type) {
    case 'done':
      return 'done';
    case 'tooSlow':
      return `no answer within ${about.limitMs / 1_000} s`;
    case 'tooLong':
      return 'the repository has more branches and tags than can be read';
    case 'tooMuch':
      return 'the answer of the repository needs more memory or disk space than it may take';
    case 'aborted':
      return 'given up';
    case 'noGit':
      return 'git is not installed beside the controller';
    case 'failed':
      return cleaned(end.words, about);
  }
}

function cleaned(words: string, { credentials, folder, secrets }: Surroundings): string {
  let text = words;
  for (const secret of [...secretsOf(credentials), ...secrets])
    text = text.replaceAll(secret, '…').replaceAll(encodeURIComponent(secret), '…');
  text = text.replaceAll(folder, '…').replace(/\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@']*@/gi, '$1…@');
  if (/requested URL returned error: 30[1-8]/.test(text)) return 'the address redirects; enter the address that it leads to';
  const lines = text.split('\n').map((line) => line.replaceAll(/\p{Cc}/gu, ' ').trim());
  const telling = lines.filter((line) => /^(?:fatal|error|remote|ssh|ERROR)\b|denied|refused|not found|could not/i.test(line));
  const chosen = (telling.length > 0 ? telling : lines).filter((line) => line !== '').map((line) => line.replace(/^(?:fatal|error): /, ''));
  return [...new Set(chosen)].slice(0, 3).join('; ').slice(0, maxLength) || 'git failed without saying why';
}

const secretsOf = (credentials: GitCredentials): readonly string[] =>
  credentials.kind === 'password' && credentials.password.length > 0
    ? [credentials.password]
    : credentials.kind === 'sshKey'
      ? [credentials.privateKey]
      : [];
