import { join } from 'node:path';
import type { AttemptExecutor, AttemptSpec } from '@drover/protocol/agent';
import { HandsFailure, type Hands, type OpenedAttempt } from '../attempts/ports.js';
import type { AgentConfig } from '../config.js';
import type { DockerOptions, Executor, OpenAttempt } from '../executors/executor.js';
import type { Identity } from '../identity/identity.js';
import { createMasker } from '../masking/masker.js';
import { messageOf, type Logger } from '../shared/logger.js';
import type { Abilities } from './abilities.js';
import { removeWorkspace, removeWorkspaces, createWorkspace } from './workspace.js';

export interface MachineHandsParts {
  readonly config: AgentConfig;
  readonly identity: Identity;
  readonly logger: Logger;
  readonly abilities: Abilities;
}

/** The hands that work on this machine: folders, executors, git, uploads. */
export function createMachineHands(parts: MachineHandsParts): Hands {
  return {
    open: (request) => openAttempt(parts, request),
    createMasker,
    checkout: () => Promise.resolve({ ok: false, reason: { code: 'internal', parameters: { detail: 'this agent can not check out yet' } } }),
    upload: () => Promise.resolve({ ok: false, reason: { code: 'internal', parameters: { detail: 'this agent can not upload yet' } } }),
    reap: (request) => reap(parts, request),
  };
}

type OpenRequest = Parameters<Hands['open']>[0];

async function openAttempt(parts: MachineHandsParts, { spec, say, signal }: OpenRequest): Promise<OpenedAttempt> {
  const executor = executorFor(parts.abilities, spec.executor.type);
  const workspace = await createWorkspace(parts, spec.attemptId);
  const options: OpenAttempt = {
    attemptId: spec.attemptId,
    agentMarker: parts.identity.agentId,
    workspaceHostPath: workspace,
    isolation: parts.abilities.isolation,
    onNotice: say,
    signal,
    ...(spec.executor.type === 'docker' ? { docker: dockerOptions(spec.executor) } : {}),
  };
  try {
    const environment = await executor.open(options);
    return { environment, close: () => closeAttempt(parts, { spec, close: () => environment.close(), workspace }) };
  } catch (error) {
    await removeWorkspace(workspace).catch(() => undefined);
    throw new HandsFailure({ code: 'executorUnavailable', parameters: { executor: spec.executor.type, detail: messageOf(error).slice(0, 2_000) } }, { cause: error });
  }
}

async function closeAttempt({ logger }: MachineHandsParts, { spec, close, workspace }: { spec: AttemptSpec; close: () => Promise<void>; workspace: string }): Promise<void> {
  const { attemptId } = spec;
  await close().catch((error: unknown) => logger.error('what an attempt left could not be ended', { attemptId, error: messageOf(error) }));
  await removeWorkspace(workspace).catch((error: unknown) => logger.error('a workspace could not be removed', { attemptId, error: messageOf(error) }));
}

function executorFor({ shell, docker }: Abilities, type: AttemptExecutor['type']): Executor {
  const executor = type === 'shell' ? shell : docker;
  if (!executor) throw new HandsFailure({ code: 'executorUnavailable', parameters: { executor: type, detail: 'this machine does not have it' } });
  return executor;
}

function dockerOptions({ image, pull, registry, cpus, memoryMb, network }: Extract<AttemptExecutor, { type: 'docker' }>): DockerOptions {
  return {
    image,
    pull,
    network,
    ...(registry ? { credentials: registry } : {}),
    ...(cpus === undefined ? {} : { cpus }),
    ...(memoryMb === undefined ? {} : { memoryBytes: memoryMb * 2 ** 20 }),
  };
}

/** Containers are looked for only if attempts were running: then alone some can be left. */
async function reap({ abilities, identity, config, logger }: MachineHandsParts, { keep, hadRunning }: Parameters<Hands['reap']>[0]): Promise<readonly string[]> {
  const executors = [abilities.shell, hadRunning ? abilities.docker : undefined].flatMap((executor) => executor ?? []);
  const removed = await Promise.all(executors.map((executor) => executor.reap(identity.agentId, keep)));
  await removeWorkspaces(join(config.dataFolder, 'workspaces'), keep).catch((error: unknown) => logger.error('old workspaces could not be removed', { error: messageOf(error) }));
  return removed.flat();
}
