import { reasonSentence, type Reason } from '@drover/protocol';
import type { Readable } from 'node:stream';

/** How the tasks of an agent are kept apart from it; best first is separateUser, then namespaces, then none. */
export type IsolationMode = 'separateUser' | 'namespaces' | 'none';

/** A program with its arguments; nothing is put through a shell on the way, and `env` is the whole environment. */
export interface StepCommand {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly columns?: number;
  readonly rows?: number;
}

/**
 * The terminal of a step that asks for no other. Nobody scrolls in it: it is so high that what prints screen by screen
 * prints on.
 */
export const usualSize = { columns: 120, rows: 10_000 };

export type StepExit =
  | { readonly kind: 'exited'; readonly exitCode: number }
  | { readonly kind: 'killed'; readonly signal: string }
  | { readonly kind: 'failedToStart'; readonly reason: string };

/** What is said of a program that a step names and that is not there. */
export const missingProgram = (program: string): string => `the program ${program} was not found`;

export interface RunningStep {
  /** What stdout and stderr printed, merged as a terminal merges them, byte for byte. Not reading holds the program back. */
  readonly output: Readable;
  /** Settles once, after the last byte of output was pushed; never rejects. */
  readonly exit: Promise<StepExit>;
  /** SIGTERM to everything of the attempt, after the grace period SIGKILL until none is left. Of later calls only one without a grace period counts: it ends that of the first. */
  stop(graceMs: number): void;
  /** Ends what waits for a key of the terminal, which nobody can press, and returns the names of those programs. Rejects where the machine has no means left for it. */
  endKeyReaders?(): Promise<readonly string[]>;
}

export interface AttemptEnvironment {
  /** The workspace as steps see it. */
  readonly workspace: string;
  readonly hostPath: string;
  /** To be called before the agent itself reads or writes the workspace, which may belong to the user of the steps. */
  forAgent?(): Promise<void>;
  /** Whether a step with this PATH will find the program; not known where it isn't told. */
  finds?(program: string, path: string): boolean;
  /** The limit of the attempt that was hit since it began. */
  hitLimit?(): Reason | undefined | Promise<Reason | undefined>;
  /** Never rejects for what the command is: that is the `failedToStart` of its exit. Rejects once closed. */
  start(command: StepCommand): Promise<RunningStep>;
  /** Ends and removes everything, processes and container; idempotent. */
  close(): Promise<void>;
}

export type PullPolicy = 'ifNotPresent' | 'always' | 'never';

export interface RegistryCredentials {
  readonly address: string;
  readonly user: string;
  readonly password: string;
}

export interface DockerOptions {
  readonly image: string;
  readonly pull: PullPolicy;
  /** Cores, fractions allowed. */
  readonly cpus?: number;
  readonly memoryBytes?: number;
  /** Used for the pull alone; no container sees them. */
  readonly credentials?: RegistryCredentials;
  /** A network of the engine, or `none`; the engine's default otherwise. */
  readonly network?: string;
}

export interface OpenAttempt {
  readonly attemptId: string;
  /** Names this agent on this machine; the same after a restart, so that leftovers are recognised. */
  readonly agentMarker: string;
  readonly workspaceHostPath: string;
  /** The path that steps on the machine itself are to see, where namespaces can give it one; the same for all attempts of a slot. */
  readonly workspaceSeenAt?: string;
  readonly isolation: IsolationMode;
  readonly docker?: DockerOptions;
  /** A line for the log of the attempt, such as the progress of a pull. */
  onNotice(text: string): void;
  /** Aborting ends the opening; of an open environment it kills what runs. */
  readonly signal: AbortSignal;
}

/** Places of attempts to come, each made round a workspace that is empty yet, so that an attempt begins at once. */
export interface PlacesAhead {
  /** Makes one, where this executor can; the attempt that opens with this workspace gets it. */
  prepare(options: Pick<OpenAttempt, 'agentMarker' | 'workspaceHostPath' | 'workspaceSeenAt'>): Promise<void>;
  /** Ends one that no attempt will get, and what belongs to it. */
  discard(workspaceHostPath: string): Promise<void>;
}

export type ExecutorCheck = { readonly ok: true; readonly version?: string } | { readonly ok: false; readonly reason: string };

/** Why an environment cannot be made, where that has a code of its own: not the executor's fault. */
export class OpenFailure extends Error {
  override readonly name = 'OpenFailure';
  readonly reason: Reason;

  constructor(reason: Reason, options?: ErrorOptions) {
    super(reasonSentence(reason), options);
    this.reason = reason;
  }
}

export interface Executor {
  readonly name: 'shell' | 'docker';
  check(): Promise<ExecutorCheck>;
  /** Rejects with a reason for people when the environment can't be made, an `OpenFailure` where that has a code. */
  open(options: OpenAttempt): Promise<AttemptEnvironment>;
  /** For those whose isolation is worth being made ahead. */
  readonly ahead?: PlacesAhead;
  /** Removes what it made for all attempts; call it when there are none. */
  close?(): void;
  /** Removes what earlier processes of this agent left behind, except the attempts to keep; says what it removed. */
  reap(agentMarker: string, keep: ReadonlySet<string>): Promise<readonly string[]>;
}

/** The environment variable by which every process of an attempt is found again. */
export const attemptMarkVariable = 'DROVER_ATTEMPT_MARK';

export const attemptMark = (agentMarker: string, attemptId: string): string => `${agentMarker}/${attemptId}`;
