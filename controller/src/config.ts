import { existsSync, readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { machinePath, privateNotesFolder } from '@drover/protocol';
import { isForGitTrust, machineAuthorities, proxiesForCurl } from '@drover/protocol/outgoing';
import { parse as parseYaml } from 'yaml';
import { logLevels, type LogLevel } from './adapters/logging/winston-log.js';
import { keyBytes } from './adapters/crypto/secret-box.js';
import type { AddressRules } from './shared/outgoing/address-rules.js';
import {
  allowedAddressesOf,
  booleanOf,
  choiceOf,
  forbiddenAddressesOf,
  keyOf,
  listOf,
  mongoUriOf,
  publicUrlOf,
  setupTokenOf,
  textOf,
  wholeNumberOf,
  zoneOf,
  type Read,
} from './config-values.js';

export interface Config {
  /** Everything that this controller keeps on disk lies below. */
  readonly dataDir: string;
  readonly host: string;
  readonly port: number;
  /** Address at which people and agents reach the controller; absent: the one that it listens on. */
  readonly publicUrl: string | undefined;
  /** Absent: the embedded store. */
  readonly mongoUri: string | undefined;
  readonly masterKey: Buffer | undefined;
  /** Good as an administrator's API token while this process runs: for the program that starts and sets up a farm. */
  readonly setupToken: string | undefined;
  readonly logLevel: LogLevel;
  readonly zone: string;
  readonly trustedProxies: readonly string[];
  readonly cookieSecure: boolean;
  /** The agent's tarball, served to build machines; its digest lies beside it as `.sha256`. */
  readonly agentPackage: string | undefined;
  readonly dashboard: string;
  /** Tasks may run beside the controller although they cannot be kept apart from it. */
  readonly allowUnisolated: boolean;
  /** Bytes that the check of stored logs and packages reads in a second; 0: no check. */
  readonly scrubMegabytesPerSecond: number;
  /** From the begin of one check of everything to the next. */
  readonly scrubEveryDays: number;
  /** Fault tests: where the process is to die. */
  readonly crashAt: string | undefined;
  /** What the controller may not connect to when somebody names an address, and what is excepted. */
  readonly addressRules: AddressRules;
  /** What git needs of the machine's environment: programs, proxies, certificates. */
  readonly gitEnvironment: Readonly<Record<string, string>>;
  /** Certificates (PEM) that the machine trusts beside the usual ones. */
  readonly authorities: readonly string[];
  /** Where programs of this user note what no task on this machine may see. */
  readonly privateNotes: string;
}

export type Loaded = { readonly ok: true; readonly config: Config } | { readonly ok: false; readonly faults: readonly string[] };
export interface Flags {
  readonly data?: string | undefined;
  readonly port?: string | undefined;
  readonly host?: string | undefined;
  readonly config?: string | undefined;
}

const defaultPort = '7080';
/** Names in the file, and the environment variables that stand before it. */
// prettier-ignore
const names = {
  data:            'DROVER_DATA',
  host:            'DROVER_HOST',
  port:            'DROVER_PORT',
  publicUrl:       'DROVER_PUBLIC_URL',
  mongodbUri:      'MONGODB_URI',
  masterKey:       'DROVER_MASTER_KEY',
  setupToken:      'DROVER_SETUP_TOKEN',
  logLevel:        'DROVER_LOG_LEVEL',
  zone:            'DROVER_ZONE',
  trustedProxies:  'DROVER_TRUSTED_PROXIES',
  cookieSecure:    'DROVER_COOKIE_SECURE',
  agentPackage:    'DROVER_AGENT_PACKAGE',
  dashboard:       'DROVER_DASHBOARD',
  allowUnisolated: 'DROVER_ALLOW_UNISOLATED',
  forbiddenAddresses: 'DROVER_FORBIDDEN_ADDRESSES',
  allowedAddresses: 'DROVER_ALLOWED_ADDRESSES',
  scrubMegabytesPerSecond: 'DROVER_SCRUB_MEGABYTES_PER_SECOND',
  scrubEveryDays:  'DROVER_SCRUB_EVERY_DAYS',
} as const;
type Name = keyof typeof names;

const passedToGit = [
  'PATH',
  'http_proxy',
  'https_proxy',
  'HTTP_PROXY',
  'HTTPS_PROXY',
  'no_proxy',
  'NO_PROXY',
  'all_proxy',
  'ALL_PROXY',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'GIT_EXEC_PATH',
];

/** O6: flags before environment before file before defaults; everything is checked, and all faults are told at once. `root` is where the programs of the product lie. */
export function loadConfig({
  flags,
  environment,
  root,
}: {
  flags: Flags;
  environment: Readonly<Record<string, string | undefined>>;
  root: string;
}): Loaded {
  const faults: string[] = [];
  const file = readConfigFile(flags.config ?? environment['DROVER_CONFIG'], faults);
  const given = (name: Name): { text: string; from: string } | undefined => {
    const flag = name === 'data' || name === 'port' || name === 'host' ? flags[name] : undefined;
    if (flag !== undefined) return { text: flag, from: `--${name}` };
    const variable = environment[names[name]];
    if (variable !== undefined && variable !== '') return { text: variable, from: names[name] };
    const value = file.get(name);
    return value === undefined ? undefined : { text: value, from: `“${name}” in the configuration file` };
  };
  const read = <T>(name: Name, how: (text: string) => Read<T>, otherwise: T): T => {
    const found = given(name);
    if (!found) return otherwise;
    const value = how(found.text);
    if (value.ok) return value.value;
    faults.push(`${found.from} ${value.fault}.`);
    return otherwise;
  };
  const config: Config = {
    dataDir: resolve(read('data', textOf, join(root, '.drover', 'controller'))),
    host: read('host', textOf, '0.0.0.0'),
    port: read('port', wholeNumberOf(0, 65_535), Number(defaultPort)),
    publicUrl: read<string | undefined>('publicUrl', publicUrlOf, undefined),
    mongoUri: read<string | undefined>('mongodbUri', mongoUriOf, undefined),
    masterKey: read<Buffer | undefined>('masterKey', keyOf(keyBytes), undefined),
    setupToken: read<string | undefined>('setupToken', setupTokenOf, undefined),
    logLevel: read('logLevel', choiceOf(logLevels), 'info'),
    zone: read('zone', zoneOf, new Intl.DateTimeFormat().resolvedOptions().timeZone),
    trustedProxies: read('trustedProxies', listOf, []),
    cookieSecure: read(
      'cookieSecure',
      booleanOf,
      read<string | undefined>('publicUrl', publicUrlOf, undefined)?.startsWith('https:') ?? false,
    ),
    agentPackage:
      resolved(read<string | undefined>('agentPackage', textOf, undefined)) ??
      firstThere([join(root, 'scripts', 'dist-pack', 'drover-agent.tgz')]),
    dashboard: resolve(read('dashboard', textOf, join(root, 'web', 'dist', 'app'))),
    allowUnisolated: read('allowUnisolated', booleanOf, false),
    scrubMegabytesPerSecond: read('scrubMegabytesPerSecond', wholeNumberOf(0, 10_000), 4),
    scrubEveryDays: read('scrubEveryDays', wholeNumberOf(1, 3_650), 7),
    addressRules: {
      forbidden: read('forbiddenAddresses', forbiddenAddressesOf, []),
      allowed: read('allowedAddresses', allowedAddressesOf, []),
    },
    crashAt: environment['DROVER_CRASH_AT'],
    gitEnvironment: gitEnvironmentOf(environment),
    authorities: machineAuthorities(environment),
    privateNotes: privateNotesFolder(environment, homeOf(environment)),
  };
  return faults.length > 0 ? { ok: false, faults: [...new Set(faults)] } : { ok: true, config: Object.freeze(config) };
}

function gitEnvironmentOf(environment: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const ofTrust = Object.keys(environment).filter(isForGitTrust);
  const given = [...passedToGit, ...ofTrust].flatMap((name): ReadonlyArray<readonly [string, string]> => {
    const value = environment[name];
    return value === undefined ? [] : [[name, name === 'PATH' ? machinePath(value) : value]];
  });
  return proxiesForCurl(Object.fromEntries(given));
}

/** As the system knows it, whatever HOME says, so that all programs of a user look at the same place; a user without an entry has only HOME. */
function homeOf(environment: Readonly<Record<string, string | undefined>>): string {
  try {
    return userInfo().homedir;
  } catch {
    return environment['HOME'] ?? '/';
  }
}

const resolved = (path: string | undefined): string | undefined => (path === undefined ? undefined : resolve(path));
const firstThere = (paths: readonly string[]): string | undefined => paths.find((path) => existsSync(path));

/** YAML or JSON: an object of the names above. */
function readConfigFile(path: string | undefined, faults: string[]): ReadonlyMap<string, string> {
  if (path === undefined || path === '') return new Map();
  try {
    const value: unknown = parseYaml(readFileSync(path, 'utf8'));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('it does not hold an object');
    const entries = Object.entries(value).map(([name, part]): [string, string] => [
      name,
      Array.isArray(part) ? part.join(',') : String(part),
    ]);
    for (const [name] of entries)
      if (!Object.hasOwn(names, name))
        faults.push(`“${name}” in ${path} is not a known setting; known are ${Object.keys(names).join(', ')}.`);
    return new Map(entries);
  } catch (error) {
    faults.push(
      `The configuration file ${path} cannot be read: ${error instanceof Error ? (error.message.split('\n')[0] ?? '') : 'unknown'}.`,
    );
    return new Map();
  }
}

/** The environment of this process; nothing else reads it. */
export const processEnvironment = (): Readonly<Record<string, string | undefined>> => process.env;
