/** What a person can do about a repository that cannot be read or checked out, by its cause. */
export const gitCauses = {
  authentication: 'The server did not accept the credentials. Check those of the source’s endpoint, and their access to the repository.',
  notFound: 'Check the address of the repository. Many hosts also say “not found” where credentials have no access.',
  hostKey: 'The host’s key is not the known one. If the host changed it, update the known hosts of the endpoint.',
  certificate: 'The server’s certificate is not trusted. Make its authority known by NODE_EXTRA_CA_CERTS or SSL_CERT_FILE.',
  unreachable: 'Check the address, the network and the proxy.',
  objectMissing: 'The commit may have been removed by a forced push. Start a new run.',
  diskFull: 'Free some space on the disk.',
} as const;

export type GitCause = keyof typeof gitCauses;

// prettier-ignore
const causes: ReadonlyArray<readonly [GitCause, RegExp]> = [
  ['diskFull',       /no space left|disk quota exceeded|unable to write (?:file|new index)/i],
  ['objectMissing',  /not our ref|unadvertised object|couldn't find remote ref|no such remote ref|does not support shallow|dumb http transport/i],
  ['hostKey',        /host key verification failed|remote host identification/i],
  ['certificate',    /certificate|\bssl\b|\btls\b|gnutls|schannel/i],
  ['authentication', /authentication failed|access denied|permission denied|could not read (?:username|password)|invalid (?:username|credentials)|error: 40[13]\b|error in libcrypto|invalid format|too many authentication/i],
  ['notFound',       /not found|does not appear to be a git repository|does not exist|error: 404\b|project you were looking for/i],
  ['unreachable',    /could not resolve|connection (?:refused|timed out|reset|closed)|failed to connect|couldn't connect|timed out|unreachable|no route to host|hung up|rpc failed|early eof|unexpected disconnect|error: 5\d\d\b/i],
];

/** The cause behind git's words; undefined where they name none of these. */
export const gitCauseOf = (words: string): GitCause | undefined => causes.find(([, pattern]) => pattern.test(words))?.[0];

export const isGitCause = (text: unknown): text is GitCause => typeof text === 'string' && Object.hasOwn(gitCauses, text);
