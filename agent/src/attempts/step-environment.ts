import { machinePath } from '@drover/protocol';
import type { AttemptSpec } from '@drover/protocol/agent';
import { unattended } from './unattended.js';

/** What a step may see of the agent's own environment: nothing that could hold a secret. */
const inherited = [
  'PATH',
  'HOME',
  'LANG',
  'LC_ALL',
  'TZ',
  'USER',
  'LOGNAME',
  'SHELL',
  'TMPDIR',
  'JAVA_HOME',
  'GOROOT',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'NODE_EXTRA_CA_CERTS',
];
/** Passed on too, unless there is a user or password in them. */
const proxies = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'];
const noProxy = ['NO_PROXY', 'no_proxy'];

const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/**
 * The part of the agent's environment that steps on the machine itself get: what is on the list, and what `passed` names. A
 * container has its image's instead.
 */
export function baseEnvironment(
  own: Readonly<Record<string, string | undefined>>,
  passed: readonly string[] = [],
): Readonly<Record<string, string>> {
  const names = [...inherited, ...noProxy, ...proxies.filter((name) => !holdsCredentials(own[name])), ...passed];
  const kept = names.flatMap((name) => {
    const value = own[name];
    return value === undefined || value === '' ? [] : [[name, value] as const];
  });
  const { PATH: path = '', ...others } = Object.fromEntries(kept);
  return { LANG: 'C.UTF-8', ...others, PATH: machinePath(path) || defaultPath };
}

/** For tasks that are root with one user alone: as root tar wants to give files to their owners, which fails there. */
export const withoutOwners = { TAR_OPTIONS: '--no-same-owner' } as const;

export interface StepPlace {
  readonly spec: AttemptSpec;
  readonly agentName: string;
  readonly workspace: string;
  readonly stepName: string;
}

/**
 * J5: the environment of a step. Later parts win: what the farm says of the run can't be overwritten by a parameter.
 */
export function stepEnvironment(
  base: Readonly<Record<string, string>>,
  { spec, agentName, workspace, stepName }: StepPlace,
): Readonly<Record<string, string>> {
  return {
    ...base,
    TERM: 'xterm-256color',
    ...unattended,
    ...spec.environment,
    CI: 'true',
    DROVER: 'true',
    DROVER_RUN_ID: spec.runId,
    DROVER_RUN_NUMBER: String(spec.runNumber),
    DROVER_ATTEMPT_ID: spec.attemptId,
    DROVER_ATTEMPT_NUMBER: String(spec.number),
    DROVER_PROJECT: spec.projectName,
    DROVER_PIPELINE: spec.pipelineName,
    DROVER_TASK: spec.taskName,
    DROVER_AGENT: agentName,
    DROVER_WORKSPACE: workspace,
    DROVER_STEP: stepName,
  };
}

function holdsCredentials(address: string | undefined): boolean {
  return address !== undefined && address.includes('@');
}
