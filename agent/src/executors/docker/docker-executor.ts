import Docker from 'dockerode';
import type { Reason } from '@drover/protocol';
import { randomBytes } from 'node:crypto';
import {
  attemptMark,
  attemptMarkVariable,
  OpenFailure,
  type AttemptEnvironment,
  type DockerOptions,
  type Executor,
  type OpenAttempt,
} from '../executor.js';
import { hitLimit } from '../../processes/limits/cgroup-limits.js';
import { limitingGroups } from '../../processes/cgroup-roots.js';
import { limitReason, type TaskLimits } from '../../processes/limits/task-limits.js';
import { messageOf } from '../../shared/logger.js';
import { giveFolder, idsOf, isRoot, userOf, type Owner } from './container-owner.js';
import { provideImage } from './docker-image.js';
import { startDockerStep, type DockerStep } from './docker-step.js';

/** Where the workspace is mounted in every container. */
const workspaceInside = '/workspace';
/** An engine that says nothing for so long is broken. */
const engineAnswerMs = 5_000;
/** A busy engine may take its time to begin a program; one that takes longer hangs, and what it began is killed with the container. */
const beginLimitMs = 60_000;
const labels = { agent: 'drover.agent', attempt: 'drover.attempt' } as const;

export interface DockerExecutorOptions {
  /** The engine's socket; `/var/run/docker.sock` or `DOCKER_HOST` otherwise. */
  readonly socketPath?: string;
  /** `uid:gid` of the steps; that of the image otherwise. */
  readonly user?: string;
  /** What each attempt may use at most; a job may ask for less memory. */
  readonly limits?: TaskLimits;
  /** Whose the workspace is to be in the end: an agent that is not root could not remove what a container's root wrote. */
  readonly owner?: Owner;
  /** How long the engine may take to begin a program in a container; a minute otherwise. */
  readonly beginLimitMs?: number;
}

/** Runs each attempt in a container of its own, its steps one after the other by exec. */
export function createDockerExecutor(options: DockerExecutorOptions = {}): Executor {
  const engine = new Docker(options.socketPath === undefined ? {} : { socketPath: options.socketPath });
  return {
    name: 'docker',
    check: () =>
      withTimeLimit(engine.version(), engineAnswerMs).then(
        ({ Version }) => ({ ok: true as const, version: Version }),
        (error: unknown) => ({ ok: false as const, reason: `the Docker engine does not answer: ${messageOf(error)}` }),
      ),
    open: (attempt) => openContainer(engine, attempt, options),
    reap: (agentMarker, keep) => reapContainers(engine, agentMarker, keep),
  };
}

async function openContainer(engine: Docker, attempt: OpenAttempt, options: DockerExecutorOptions): Promise<AttemptEnvironment> {
  const docker = attempt.docker;
  if (docker === undefined) throw new Error('the Docker executor needs an image');
  attempt.signal.throwIfAborted();
  await provideImage(engine, docker, attempt);
  attempt.signal.throwIfAborted();
  const user = options.user ?? (await userOf(engine, docker.image));
  const limits = limitsOf(options.limits, docker);
  const container = await engine.createContainer(containerSettings(attempt, docker, limits));
  try {
    await container.start();
  } catch (error) {
    await container.remove({ force: true });
    throw withoutShell(error)
      ? new OpenFailure({ code: 'imageWithoutShell', parameters: { image: docker.image } }, { cause: error })
      : error;
  }
  const groups = await groupsOf(container);
  const environment = new ContainerEnvironment(container, attempt, { ...options, limits, groups, user });
  if (attempt.signal.aborted) {
    await environment.close();
    attempt.signal.throwIfAborted();
  }
  return environment;
}

const limitsOf = (limits: TaskLimits = {}, { memoryBytes }: DockerOptions): TaskLimits =>
  memoryBytes === undefined ? limits : { ...limits, memoryBytes: Math.min(memoryBytes, limits.memoryBytes ?? memoryBytes) };

/** Those of a container of an engine on this machine: the process of another one is not known here, or is no container's. */
const groupsOf = (container: Docker.Container): Promise<readonly string[]> =>
  withTimeLimit(container.inspect(), engineAnswerMs).then(
    ({ State }) => (State.Pid > 0 ? limitingGroups(State.Pid, container.id) : []),
    () => [], // steps will tell of an engine that does not answer
  );

/** The engine's own small init reaps orphans; the first process only waits. */
function containerSettings(
  attempt: OpenAttempt,
  docker: DockerOptions,
  { processes, memoryBytes }: TaskLimits,
): Docker.ContainerCreateOptions {
  return {
    name: `drover-${attempt.attemptId.replace(/[^A-Za-z0-9_.-]/g, '_').slice(0, 100)}-${randomBytes(4).toString('hex')}`,
    Image: docker.image,
    Entrypoint: ['/bin/sh', '-c', "trap 'exit 0' TERM; while :; do sleep 3600 & wait $!; done"],
    Cmd: [],
    WorkingDir: '/', // steps enter the workspace themselves, once it belongs to their user
    User: '0:0', // only so root keeps its rights in it, which gives the workspace to the user of the steps
    Labels: { [labels.agent]: attempt.agentMarker, [labels.attempt]: attempt.attemptId },
    Env: [`${attemptMarkVariable}=${attemptMark(attempt.agentMarker, attempt.attemptId)}`],
    HostConfig: {
      Binds: [`${attempt.workspaceHostPath}:${workspaceInside}`],
      ...(processes !== undefined && { PidsLimit: processes }),
      CpuShares: 512,
      OomScoreAdj: 500,
      SecurityOpt: ['no-new-privileges'],
      ...(docker.cpus !== undefined && { NanoCpus: Math.round(docker.cpus * 1e9) }),
      ...(memoryBytes !== undefined && { Memory: memoryBytes, MemorySwap: memoryBytes }),
      ...(docker.network !== undefined && { NetworkMode: docker.network }),
    },
  };
}

interface ContainerOptions extends DockerExecutorOptions {
  readonly user: string;
  readonly limits: TaskLimits;
  readonly groups: readonly string[];
}

class ContainerEnvironment implements AttemptEnvironment {
  readonly workspace = workspaceInside;
  readonly hostPath: string;
  readonly #container: Docker.Container;
  readonly #attempt: OpenAttempt;
  readonly #running = new Set<DockerStep>();
  readonly #onAbort = () => this.#running.forEach((step) => step.stop(0));
  readonly #owner: DockerExecutorOptions['owner'];
  readonly #beginLimitMs: number;
  #ids: Promise<Owner | undefined> | undefined;
  readonly #user: string;
  readonly #limits: TaskLimits;
  readonly #groups: readonly string[];
  #isForSteps = false;
  #isClosed = false;
  #closing: Promise<void> | undefined;

  constructor(container: Docker.Container, attempt: OpenAttempt, options: ContainerOptions) {
    this.#limits = options.limits;
    this.#groups = options.groups;
    this.#user = options.user;
    this.#owner = options.owner;
    this.#beginLimitMs = options.beginLimitMs ?? beginLimitMs;
    this.hostPath = attempt.workspaceHostPath;
    this.#container = container;
    this.#attempt = attempt;
    attempt.signal.addEventListener('abort', this.#onAbort);
  }

  async start(command: Parameters<AttemptEnvironment['start']>[0]): Promise<DockerStep> {
    if (this.#isClosed) throw new Error('the environment of the attempt is closed');
    await this.#forSteps();
    if (this.#isClosed) throw new Error('the environment of the attempt is closed');
    const mark = attemptMark(this.#attempt.agentMarker, this.#attempt.attemptId);
    const starting = startDockerStep(this.#container, this.#user, {
      ...command,
      env: { ...trustEveryFolder, ...command.env, [attemptMarkVariable]: mark },
    });
    const step = await withTimeLimit(starting, this.#beginLimitMs).catch((error: unknown) => {
      void starting.then(
        (late) => late.abandon(),
        () => undefined,
      );
      throw error;
    });
    this.#running.add(step);
    void step.exit.then(() => this.#running.delete(step));
    if (this.#attempt.signal.aborted) step.stop(0);
    return step;
  }

  hitLimit(): Reason | undefined {
    const kind = hitLimit(this.#groups);
    return kind && limitReason(kind, this.#limits);
  }

  /** One that could not be removed is tried again by the next call. */
  close(): Promise<void> {
    this.#isClosed = true;
    this.#closing ??= this.#end().catch((error: unknown) => {
      this.#closing = undefined;
      throw error;
    });
    return this.#closing;
  }

  /** An agent that is root can read and write whatever the steps own; another one gets the workspace for a while. */
  async forAgent(): Promise<void> {
    this.#isForSteps = false;
    if (this.#owner) await this.#give(this.#owner);
  }

  /** The user of the steps is the image's; only root may use a workspace that belongs to somebody else. */
  async #forSteps(): Promise<void> {
    if (this.#isForSteps || isRoot(this.#user)) return;
    this.#ids ??= withTimeLimit(idsOf(this.#container, this.#user), this.#beginLimitMs);
    const ids = await this.#ids;
    if (ids !== undefined && ids.uid !== 0 && ids.uid !== this.#owner?.uid) await this.#give(ids);
    this.#isForSteps = true;
  }

  #give(owner: Owner, endsAll = false): Promise<void> {
    return withTimeLimit(giveFolder(this.#container, { folder: workspaceInside, owner, endsAll }), this.#beginLimitMs);
  }

  async #end(): Promise<void> {
    this.#attempt.signal.removeEventListener('abort', this.#onAbort);
    this.#running.forEach((step) => step.abandon());
    // nothing of the attempt may write on meanwhile
    if (this.#owner) await this.#give(this.#owner, true).catch(() => undefined); // of an image without chown, a container that has ended, an engine that hangs
    await removeContainer(this.#container);
    await Promise.all([...this.#running].map((step) => step.exit));
  }
}

/** Git refuses a repository of somebody else; in a container everything is the job's, no matter who checked it out. */
const trustEveryFolder = { GIT_CONFIG_COUNT: '1', GIT_CONFIG_KEY_0: 'safe.directory', GIT_CONFIG_VALUE_0: '*' };

/** What engines say when the container's first program is not there. */
const withoutShell = (error: unknown): boolean => /\/bin\/sh[^]*no such file or directory|exec: "\/bin\/sh"/.test(messageOf(error));

/** The engine's answers have no limit of their own. */
function withTimeLimit<T>(answer: Promise<T>, ms: number): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1_000} s`)), ms);
    answer.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

async function removeContainer(container: Docker.Container): Promise<void> {
  await container.remove({ force: true, v: true }).catch((error: unknown) => {
    const status = typeof error === 'object' && error !== null && 'statusCode' in error ? error.statusCode : undefined;
    if (status !== 404 && status !== 409) throw error; // gone, or being removed by someone else
  });
}

async function reapContainers(engine: Docker, agentMarker: string, keep: ReadonlySet<string>): Promise<readonly string[]> {
  const found = await engine.listContainers({ all: true, filters: { label: [`${labels.agent}=${agentMarker}`] } });
  const leftovers = found.filter(({ Labels }) => !keep.has(Labels[labels.attempt] ?? ''));
  for (const { Id } of leftovers) await removeContainer(engine.getContainer(Id));
  return leftovers.map(({ Id, Labels }) => `container ${Id.slice(0, 12)} of attempt ${Labels[labels.attempt] ?? 'unknown'}`);
}
