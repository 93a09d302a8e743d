import { existsSync } from 'node:fs';
import { chmod } from 'node:fs/promises';
import { ConfigFault, type AgentConfig } from '../config.js';
import type { Executor, IsolationMode } from '../executors/executor.js';
import { createShellExecutor } from '../executors/shell/shell-executor.js';
import { makeRoomForLimits } from '../processes/cgroup-roots.js';
import { AttemptGroups } from '../processes/cgroups.js';
import { canHaveIds, detectIsolation, findTaskUser, type TaskUser } from '../processes/isolation.js';
import { tellOfLimits } from '../processes/limits/limits-here.js';
import { findProcessRlimit } from '../processes/limits/process-rlimit.js';
import { findTaskIds, type FoundIds, type TaskIds } from '../processes/task-ids.js';
import { prepareTaskFolders, taskView, type TaskView } from '../processes/task-view.js';
import { notesFolder, readPrivateFolders } from '../identity/private-folders.js';
import type { Logger } from '../shared/logger.js';

/** An engine that doesn't answer in this time must not hold up the start. */
const engineAnswerMs = 700;

/** What this machine can do for tasks, found when the agent starts. */
export interface Abilities {
  readonly shell: Executor | undefined;
  readonly docker: Executor | undefined;
  readonly isolation: IsolationMode;
  readonly taskUser: TaskUser | undefined;
  /** Which ids tasks have beside that of root, where the agent is root. */
  readonly taskIds: TaskIds | undefined;
}

/** Tries out executors and isolation. Throws if the isolation that was asked for does not work here. */
export async function findAbilities(config: AgentConfig, logger: Logger): Promise<Abilities> {
  const taskUser = findTaskUser(config.taskUser);
  const isRoot = process.getuid?.() === 0;
  const view = isRoot ? { view: () => taskView(config) } : {};
  makeRoomForLimits();
  if (isRoot) await prepareTaskFolders(config.dataFolder);
  const [modes, docker, foundIds] = await Promise.all([
    detectIsolation({ folder: config.dataFolder, ...view, ...(taskUser ? { taskUser } : {}) }),
    findDocker(config, logger),
    view.view === undefined ? undefined : findWorkingIds(config, view.view),
  ]);
  const isolation = config.isolation === 'auto' ? modes[0] : modes.find((mode) => mode === config.isolation);
  if (isolation === 'separateUser') await chmod(config.dataFolder, 0o711); // tasks pass through to their workspaces; what lies beside is its owner's alone
  if (isolation === undefined)
    throw new ConfigFault(`The isolation ${config.isolation} does not work on this machine; these do: ${modes.join(', ')}.`);
  const taskIds = isolation === 'namespaces' && foundIds?.ok === true ? foundIds.ids : undefined;
  if (isolation === 'namespaces' && foundIds?.ok === false) tellOfOneUser(config, foundIds.reason, logger);
  const kept = new AttemptGroups(config.limits).kept();
  const processRlimit = kept.has('processes') ? undefined : findProcessRlimit(config.limits.processes, isolation);
  const notes = notesFolder(config.environment);
  const shell = createShellExecutor({
    hidePaths: () => hiddenPaths(config, notes),
    limits: config.limits,
    ...view,
    ids: taskIds,
    ...(taskUser ? { taskUser } : {}),
    processRlimit,
  });
  const checked = await shell.check();
  if (checked.ok) tellOfLimits(config.limits, { kept, processRlimit, isRootWithout: isRoot && isolation === 'none' }, logger);
  else logger.warn('the shell executor cannot be used', { detail: checked.reason });
  return { shell: checked.ok ? shell : undefined, docker, isolation, taskUser, taskIds };
}

/** A8: the ids of tasks of an agent that is root, tried out. */
async function findWorkingIds({ dataFolder, taskIds }: AgentConfig, view: () => TaskView): Promise<FoundIds> {
  const found = findTaskIds(taskIds);
  if (!found.ok || (await canHaveIds(dataFolder, { view, ids: found.ids }))) return found;
  return { ok: false, reason: 'this system refuses to map users for the namespaces of tasks' };
}

/** Where it was asked for, it is a fault. */
function tellOfOneUser({ taskIds }: AgentConfig, reason: string, logger: Logger): void {
  if (typeof taskIds !== 'string') throw new ConfigFault(`Tasks cannot have the ids ${taskIds.first}-${taskIds.last}: ${reason}.`);
  const text = 'tasks have one user only: giving files to other users (chown, cp -a, apt-get) fails in them';
  if (taskIds === 'off') logger.info(text, { detail: reason });
  else logger.warn(text, { detail: reason });
}

/** What was noted by others may change while this agent runs. */
const hiddenPaths = ({ dataFolder, hide }: AgentConfig, notes: string): readonly string[] => [
  ...new Set([dataFolder, ...hide, ...readPrivateFolders(notes)]),
];

/** The library is loaded only where there may be an engine: it is large. */
async function findDocker({ environment: env, limits }: AgentConfig, logger: Logger): Promise<Executor | undefined> {
  if (env['DOCKER_HOST'] === undefined && !existsSync('/var/run/docker.sock')) return undefined;
  const { createDockerExecutor } = await import('../executors/docker/docker-executor.js');
  const [uid, gid] = [process.getuid?.() ?? 0, process.getgid?.() ?? 0];
  const docker = createDockerExecutor({ limits, ...(uid === 0 ? {} : { owner: { uid, gid } }) });
  const checked = await Promise.race([docker.check(), lateAnswer()]);
  if (!checked.ok) logger.warn('the Docker executor cannot be used', { detail: checked.reason });
  return checked.ok ? docker : undefined;
}

function lateAnswer(): Promise<{ readonly ok: false; readonly reason: string }> {
  return new Promise((resolve) =>
    setTimeout(() => resolve({ ok: false, reason: `no answer within ${engineAnswerMs} ms` }), engineAnswerMs).unref(),
  );
}
