import { homedir, totalmem } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { machinePath } from '@drover/protocol';
import { fewestIds, type TaskIdsChoice } from './processes/task-ids.js';
import type { TaskLimits } from './processes/limits/task-limits.js';

export type IsolationChoice = 'auto' | 'separateUser' | 'namespaces' | 'none';
const isolationChoices: readonly IsolationChoice[] = ['auto', 'separateUser', 'namespaces', 'none'];
const logLevels = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];

/** What `start` may be told on the command line. */
export interface StartOptions {
  readonly data?: string;
  readonly url?: string;
  readonly hide?: readonly string[];
  readonly isolation?: string;
  readonly sampleOnly?: boolean;
  readonly taskUser?: string;
  readonly minFreeMb?: string;
  readonly maxProcesses?: string;
  readonly maxMemoryMb?: string;
  readonly maxDiskMb?: string;
  readonly passEnv?: readonly string[];
  readonly writable?: readonly string[];
  readonly taskIds?: string;
  readonly logLevel?: string;
  readonly caFile?: string;
}

export interface AgentConfig {
  readonly dataFolder: string;
  /** Folders that tasks may not see, beside the agent's own. */
  readonly hide: readonly string[];
  readonly isolation: IsolationChoice;
  /** Where tasks can't be kept apart, take the controller's sample only. */
  readonly isSampleOnlyUnlessIsolated: boolean;
  /** As whom tasks run with the isolation `separateUser`. */
  readonly taskUser: string;
  /** Below this much free space nothing new is taken. */
  readonly minimumFreeMb: number;
  /** What each attempt may use at most. */
  readonly limits: TaskLimits;
  /** Folders of the machine that tasks of an agent that is root may write. */
  readonly writable: readonly string[];
  /** Which users and groups tasks of an agent that is root have beside root. */
  readonly taskIds: TaskIdsChoice;
  /** Names of variables of the agent's own environment that steps on this machine get, too. */
  readonly passedVariables: readonly string[];
  readonly logLevel: LogLevel;
  /** A PEM file with certificate authorities to trust beside the usual ones. */
  readonly caFile: string | undefined;
  /** The environment of the agent itself; only an allow-list of it reaches tasks. */
  readonly environment: Environment;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** The environment that this process was given; the only place that reads it, but for crash points. Its PATH is the machine's from now on. */
export function ownEnvironment(): Environment {
  if (process.env['PATH'] !== undefined) process.env['PATH'] = machinePath(process.env['PATH']);
  return process.env;
}

export class ConfigFault extends Error {
  override readonly name = 'ConfigFault';
}

/** Where the agent keeps its state: `--data`, else DROVER_AGENT_DATA, else `~/.drover-agent`. */
export function dataFolderOf(option: string | undefined, env: Environment): string {
  const chosen = option ?? env['DROVER_AGENT_DATA'];
  return chosen === undefined || chosen === '' ? join(env['HOME'] ?? homedir(), '.drover-agent') : resolve(chosen);
}

/** Puts options and environment together; throws one `ConfigFault` that names everything wrong with them. */
export function readConfig(options: StartOptions, env: Environment): AgentConfig {
  const faults: string[] = [];
  const hide = foldersIn(options.hide, env['DROVER_AGENT_HIDE']);
  const writable = foldersIn(options.writable, env['DROVER_AGENT_WRITABLE']);
  const isolation = oneOf(
    isolationChoices,
    { value: options.isolation ?? env['DROVER_AGENT_ISOLATION'], otherwise: 'auto', name: 'isolation' },
    faults,
  );
  const logLevel = oneOf(logLevels, { value: options.logLevel ?? env['DROVER_LOG_LEVEL'], otherwise: 'info', name: 'log level' }, faults);
  const freeMb = Number(options.minFreeMb ?? env['DROVER_AGENT_MIN_FREE_MB'] ?? defaultMinimumFreeMb);
  if (!Number.isSafeInteger(freeMb) || freeMb < 0) faults.push('the limit of free space has to be a number of megabytes');
  const limits = readLimits(options, env, faults);
  const passedVariables = passedNames(options.passEnv ?? [env[passedNamesVariable] ?? ''], faults);
  const taskIds = readTaskIds(options.taskIds ?? env['DROVER_AGENT_TASK_IDS'], faults);
  for (const path of hide) if (!isAbsolute(path)) faults.push(`the folder to hide ${path} has to be an absolute path`);
  for (const path of writable)
    if (!isAbsolute(path) || resolve(path) === '/')
      faults.push(`the writable folder ${path} has to be an absolute path, and not all of the machine`);
  if (faults.length > 0) throw new ConfigFault(`The settings are wrong: ${faults.join('; ')}.`);
  return Object.freeze({
    dataFolder: dataFolderOf(options.data, env),
    hide,
    isolation,
    isSampleOnlyUnlessIsolated: options.sampleOnly ?? env['DROVER_AGENT_SAMPLE_ONLY'] === 'true',
    taskUser: options.taskUser ?? env['DROVER_AGENT_TASK_USER'] ?? 'drover-task',
    minimumFreeMb: freeMb,
    limits,
    passedVariables,
    writable: writable.map((path) => resolve(path)),
    taskIds,
    logLevel,
    caFile: options.caFile,
    environment: env,
  });
}

/** Room for a checkout and the logs of a few attempts. */
const defaultMinimumFreeMb = 500;

/** Enough for builds, a stop for fork bombs. */
const defaultProcesses = 4_096;
/** Of the machine's memory, for all tasks together; the rest keeps the agent and the machine alive. */
const defaultMemoryPart = 0.9;

/** Zero stands for no limit. */
function readLimits(options: StartOptions, env: Environment, faults: string[]): TaskLimits {
  const read = (given: string | undefined, otherwise: number, subject: string, factor = 1): number | undefined => {
    const value = given === undefined || given === '' ? otherwise : Number(given);
    if (!Number.isSafeInteger(value) || value < 0)
      faults.push(`the limit of ${subject} of a task has to be a whole number, 0 for no limit`);
    return value === 0 ? undefined : value * factor;
  };
  const processes = read(options.maxProcesses ?? env['DROVER_AGENT_MAX_PROCESSES'], defaultProcesses, 'processes');
  const memoryBytes = read(options.maxMemoryMb ?? env['DROVER_AGENT_MAX_MEMORY_MB'], usualMemoryMb(), 'memory', 2 ** 20);
  const diskBytes = read(options.maxDiskMb ?? env['DROVER_AGENT_MAX_DISK_MB'], 0, 'disk space', 2 ** 20);
  return {
    ...(processes === undefined ? {} : { processes }),
    ...(memoryBytes === undefined ? {} : { memoryBytes, allMemoryBytes: Math.max(usualMemoryMb() * 2 ** 20, memoryBytes) }),
    ...(diskBytes === undefined ? {} : { diskBytes }),
  };
}

/** Where the agent itself is limited, as in a container, that counts. */
function usualMemoryMb(): number {
  const limit = process.constrainedMemory();
  const bytes = limit > 0 ? Math.min(totalmem(), limit) : totalmem();
  return Math.floor((bytes * defaultMemoryPart) / 2 ** 20);
}

const mostId = 2 ** 32 - 2;

function readTaskIds(given: string | undefined, faults: string[]): TaskIdsChoice {
  if (given === undefined || given === '' || given === 'auto') return 'auto';
  if (given === 'off') return 'off';
  const [, first, last] = (/^(\d{1,10})-(\d{1,10})$/.exec(given) ?? []).map(Number);
  if (first !== undefined && last !== undefined && first > 0 && last <= mostId && last - first >= fewestIds) return { first, last };
  faults.push(`the ids of tasks are auto, off, or FIRST-LAST with at least ${fewestIds} ids between, such as 30000-59999`);
  return 'auto';
}

const foldersIn = (given: readonly string[] | undefined, variable = ''): readonly string[] =>
  given?.length ? given : variable.split(':').filter((path) => path !== '');

/** Holds the names of variables that steps get, where no option does. */
export const passedNamesVariable = 'DROVER_AGENT_PASS_ENV';

/** The names in lists with commas. Drover's own variables hold its secrets. */
export function passedNames(lists: readonly string[], faults: string[] = []): readonly string[] {
  const names = lists
    .flatMap((list) => list.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '');
  for (const name of names) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) faults.push(`“${name}” in --pass-env is not the name of an environment variable`);
    else if (/^DROVER_/i.test(name)) faults.push(`the variable ${name} may hold a secret of the farm and cannot be passed to tasks`);
  }
  return [...new Set(names)];
}

function oneOf<T extends string>(
  words: readonly T[],
  given: { readonly value: string | undefined; readonly otherwise: T; readonly name: string },
  faults: string[],
): T {
  if (given.value === undefined || given.value === '') return given.otherwise;
  const word = words.find((candidate) => candidate === given.value);
  if (word === undefined) faults.push(`the ${given.name} is one of ${words.join(', ')}, not ${given.value}`);
  return word ?? given.otherwise;
}
