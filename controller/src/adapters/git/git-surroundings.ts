import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { GitCredentials } from '@drover/protocol/agent';
import type { GitDestination } from './git-destination.js';

export interface GitSurroundings {
  /** An empty folder for this one use. */
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  remove(): Promise<void>;
}

/** Git asks this for a user and a password; they come from its environment, so they stand in no argument and no file. */
const helper = '!f() { test "$1" = get && printf "username=%s\\npassword=%s\\n" "$DROVER_GIT_USER" "$DROVER_GIT_PASSWORD"; }; f';

/** Settings that win over those of any repository: nothing in one names a program that git runs here. */
const fixedSettings: ReadonlyArray<readonly [string, string]> = [
  ['core.hooksPath', '/dev/null'],
  ['core.fsmonitor', 'false'],
  ['core.alternateRefsCommand', 'true'], // the program of this name: it lists nothing
  ['core.askPass', ''],
  ['credential.helper', ''],
  ['gc.auto', '0'],
  ['maintenance.auto', 'false'],
  ['protocol.version', '2'],
  // within the room that a git process has: one file, few threads, small windows
  ['fetch.unpackLimit', '1'],
  ['pack.threads', '2'],
  ['core.packedGitWindowSize', '32m'],
  ['core.packedGitLimit', '256m'],
];

/**
 * A git that asks nobody, reads no configuration of the machine, speaks only allowed protocols, and has the credentials
 * of one remote. `parent` is a private folder: the key and the repository of this use lie in a new folder of it.
 */
export async function gitSurroundings(about: {
  readonly parent: string;
  readonly url: string;
  readonly credentials: GitCredentials;
  readonly isLocal: boolean;
  readonly base: Readonly<Record<string, string>>;
  readonly destination: GitDestination;
}): Promise<GitSurroundings> {
  const { parent, url, credentials, isLocal, base, destination } = about;
  const folder = await mkdtemp(join(parent, 'use-'));
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  try {
    const settings: Array<readonly [string, string]> = [
      ...fixedSettings,
      ...destination.settings,
      ...(isLocal ? ([['safe.directory', '*']] as const) : []),
      ...(credentials.kind === 'password' && URL.canParse(url) ? ([[`credential.${new URL(url).origin}.helper`, helper]] as const) : []),
    ];
    const environment = {
      ...base,
      HOME: folder,
      TMPDIR: folder,
      LC_ALL: 'C.UTF-8',
      GIT_TERMINAL_PROMPT: '0',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_CEILING_DIRECTORIES: parent,
      GIT_NO_LAZY_FETCH: '1', // a repository says itself which program that starts
      GIT_ALLOW_PROTOCOL: isLocal ? 'file' : 'https:http:ssh',
      GIT_SSH_COMMAND: await sshCommand(folder, credentials, destination.sshOptions),
      ...asEnvironment(settings),
      ...(credentials.kind === 'password' && { DROVER_GIT_USER: credentials.user, DROVER_GIT_PASSWORD: credentials.password }),
    };
    return { folder, environment, remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

function asEnvironment(settings: ReadonlyArray<readonly [string, string]>): Record<string, string> {
  const pairs = settings.flatMap(([key, value], index): Array<[string, string]> => [
    [`GIT_CONFIG_KEY_${index}`, key],
    [`GIT_CONFIG_VALUE_${index}`, value],
  ]);
  return { ...Object.fromEntries(pairs), GIT_CONFIG_COUNT: String(settings.length) };
}

/** ssh takes a key from a file only: it lies in the private folder, as long as it is used. Without known hosts, whatever host answers is believed. */
async function sshCommand(folder: string, credentials: GitCredentials, more: readonly string[]): Promise<string> {
  const knownHosts = join(folder, 'known_hosts');
  const key = join(folder, 'key');
  const hasHosts = credentials.kind === 'sshKey' && credentials.knownHosts !== undefined;
  if (credentials.kind === 'sshKey') {
    await writeFile(key, `${credentials.privateKey.replaceAll('\r\n', '\n').trimEnd()}\n`, { mode: 0o600 });
    await writeFile(knownHosts, `${credentials.knownHosts ?? ''}\n`, { mode: 0o600 });
  }
  const options = [
    ['-F', '/dev/null'],
    ['-i', credentials.kind === 'sshKey' ? key : '/dev/null'],
    ['-o', 'IdentitiesOnly=yes'],
    ['-o', 'BatchMode=yes'],
    ['-o', 'ConnectTimeout=10'],
    ['-o', `UserKnownHostsFile=${knownHosts}`],
    ['-o', `StrictHostKeyChecking=${hasHosts ? 'yes' : 'accept-new'}`],
    more,
  ].flat();
  return ['ssh', ...options.map((word) => `'${word.replaceAll("'", "'\\''")}'`)].join(' ');
}
