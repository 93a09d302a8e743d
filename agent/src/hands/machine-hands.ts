import type { AttemptExecutor } from '@drover/protocol/agent';
import { HandsFailure, type Hands, type OpenedAttempt, type OpenRequest } from '../attempts/ports.js';
import type { AgentConfig } from '../config.js';
import { OpenFailure, type AttemptEnvironment, type DockerOptions, type Executor, type OpenAttempt } from '../executors/executor.js';
import type { Identity } from '../identity/identity.js';
import { maskersWith } from '../masking/masker.js';
import type { Network } from '../network/network.js';
import { messageOf, type Logger } from '../shared/logger.js';
import { guardDiskSpace } from '../workspaces/disk-space.js';
import type { Abilities } from './abilities.js';
import { AttemptWorkspaces, type AttemptWorkspace } from './attempt-workspaces.js';
import { checkout } from './checkout.js';
import type { ExecutorHealth } from './executor-health.js';
import { sweepLeavings } from './leavings.js';
import { watchLimits } from './limit-watch.js';

export interface MachineHandsParts {
  readonly config: AgentConfig;
  readonly identity: Identity;
  /** By which processes and containers of this agent's attempts are known. */
  readonly marker: string;
  readonly logger: Logger;
  readonly abilities: Abilities;
  readonly executorHealth: ExecutorHealth;
  readonly network: Network;
  /** What the agent's own Git sees of the machine. */
  readonly gitEnvironment: () => Promise<Readonly<Record<string, string>>>;
  readonly now: () => number;
  /** How many attempts may run at once. */
  readonly slots: () => number;
}

interface Hand extends MachineHandsParts {
  readonly workspaces: AttemptWorkspaces;
}

/** After the start the agent connects first. */
const readyAfterMs = 500;
/** So that what is made for the next attempt doesn't hold up the first step of this one. */
const readyAgainMs = 30;

/** While an attempt runs the disk is looked at this often. */
const diskLookMs = 5_000;
/** Part of the limit for new work below which running work is stopped, before nothing can be written at all. */
const lastPart = 0.2;

/** The hands that work on this machine: folders, executors, git, uploads. */
export function createMachineHands(machine: MachineHandsParts): Hands {
  const parts = { ...machine, workspaces: new AttemptWorkspaces(machine) };
  return {
    open: (request) => openAttempt(parts, request),
    createMasker: maskersWith(machine.network.secrets), // Git may name the proxy that it failed with
    checkout: (request) => checkout(parts, request),
    upload: async (request) => {
      const { upload } = await import('./upload.js'); // with libraries that an idle agent has no use for
      return upload(parts, request);
    },
    reap: async (request) => {
      const removed = await reap(parts, request);
      setTimeout(() => parts.workspaces.fill(), readyAfterMs).unref();
      return removed;
    },
    close: async () => {
      await parts.workspaces.close();
      machine.abilities.shell?.close?.();
    },
  };
}

async function openAttempt(parts: Hand, request: OpenRequest): Promise<OpenedAttempt> {
  const { abilities, executorHealth } = parts;
  const { type } = request.spec.executor;
  const executor = type === 'shell' ? abilities.shell : abilities.docker;
  if (!executor)
    throw new HandsFailure({ code: 'executorUnavailable', parameters: { executor: type, detail: 'this machine does not have it' } });
  const workspace = await takeWorkspace(parts, request);
  try {
    const environment = await executor.open(openOptions(parts, request, workspace));
    setTimeout(() => parts.workspaces.fill(), readyAgainMs).unref();
    const guard = new AbortController();
    guardDiskSpace({
      path: workspace.hostPath,
      minimumBytes: parts.config.minimumFreeMb * 2 ** 20 * lastPart,
      everyMs: diskLookMs,
      signal: guard.signal,
      onLow: request.onDiskLow,
    });
    watchLimits({ environment, limits: parts.config.limits, signal: guard.signal, logger: parts.logger, onLimit: request.onLimit });
    return {
      environment,
      close: () => {
        guard.abort();
        return closeAttempt(parts, request.spec.attemptId, { environment, executor, workspace });
      },
    };
  } catch (error) {
    const isOwnFault = error instanceof OpenFailure;
    if (!request.signal.aborted && !isOwnFault) executorHealth.suspect(executor);
    await executor.ahead?.discard(workspace.hostPath);
    await parts.workspaces.drop(workspace);
    if (isOwnFault) throw new HandsFailure(error.reason, { cause: error });
    throw new HandsFailure(
      { code: 'executorUnavailable', parameters: { executor: type, detail: messageOf(error).slice(0, 2_000) } },
      { cause: error },
    );
  }
}

async function takeWorkspace({ workspaces }: Hand, { spec }: OpenRequest): Promise<AttemptWorkspace> {
  try {
    return await workspaces.take(spec.executor.type, spec.attemptId);
  } catch (error) {
    throw new HandsFailure({ code: 'workspaceFailed', parameters: { detail: messageOf(error).slice(0, 2_000) } }, { cause: error });
  }
}

function openOptions(
  { marker, abilities }: MachineHandsParts,
  { spec, say, signal }: OpenRequest,
  { hostPath, seenAt }: AttemptWorkspace,
): OpenAttempt {
  return {
    attemptId: spec.attemptId,
    agentMarker: marker,
    workspaceHostPath: hostPath,
    ...(seenAt === undefined ? {} : { workspaceSeenAt: seenAt }),
    isolation: abilities.isolation,
    onNotice: say,
    signal,
    ...(spec.executor.type === 'docker' ? { docker: dockerOptions(spec.executor) } : {}),
  };
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

async function closeAttempt(
  parts: Hand,
  attemptId: string,
  {
    environment,
    executor,
    workspace,
  }: { readonly environment: AttemptEnvironment; readonly executor: Executor; readonly workspace: AttemptWorkspace },
): Promise<void> {
  await environment.close().catch((error: unknown) => {
    parts.logger.error('what an attempt left could not be ended', { attemptId, error: messageOf(error) });
    parts.executorHealth.owe(executor, () => environment.close());
  });
  await parts.workspaces.drop(workspace);
}

/** Containers are looked for at every start: the engine may have been away when those of an earlier one were to go. */
async function reap(
  { abilities, executorHealth, marker, config, logger, now, workspaces }: Hand,
  { keep }: Parameters<Hands['reap']>[0],
): Promise<readonly string[]> {
  const executors = [abilities.shell, abilities.docker].flatMap((executor): readonly Executor[] => (executor ? [executor] : []));
  const removed = await Promise.all(
    executors.map((executor) =>
      executor.reap(marker, keep).catch((error: unknown) => {
        if (executor === abilities.shell) throw error; // nothing may begin beside what could still be running
        logger.error('containers of an earlier process could not be looked for', { error: messageOf(error) });
        executorHealth.suspect(executor);
        return [];
      }),
    ),
  );
  const swept = await workspaces.sweep(keep, now());
  const leavings = await sweepLeavings(config.dataFolder, now());
  return [...removed.flat(), ...leavings, ...swept.map((name) => `workspace ${name}`)];
}
