import { reasonSentence, type AttemptId, type Reason } from '@drover/protocol';
import type { AttemptSource, AttemptSpec } from '@drover/protocol/agent';
import type { Step } from '@drover/protocol/definition';
import type { AttemptEnvironment } from '../executors/executor.js';

export type ShellStep = Extract<Step, { type: 'shell' }>;
export type CheckoutStep = Extract<Step, { type: 'checkout' }>;
export type UploadPackageStep = Extract<Step, { type: 'uploadPackage' }>;

/** Takes secrets out of a stream, also when one is split across pieces. */
export interface Masker {
  push(chunk: Buffer): Buffer;
  /** What was held back because it might have become a secret. */
  flush(): Buffer;
}

/** A place prepared for one attempt, in which its steps run. */
export interface OpenedAttempt {
  readonly environment: AttemptEnvironment;
  /** Ends what still runs and removes the place. Idempotent, never rejects. */
  close(): Promise<void>;
}

export type HandsResult = { readonly ok: true; readonly fact?: string } | { readonly ok: false; readonly reason: Reason };

/** What a step that the agent does itself is given. */
export interface HandsRequest {
  readonly spec: AttemptSpec;
  readonly fencing: number;
  readonly environment: AttemptEnvironment;
  /** A line for the log; secrets are taken out of it on the way. */
  readonly say: (line: string) => void;
  /** Output of a program that the agent runs itself, for the log; likewise. */
  readonly print: (bytes: Buffer) => void;
  readonly signal: AbortSignal;
}

export interface OpenRequest {
  readonly spec: AttemptSpec;
  readonly say: (line: string) => void;
  /** The disk has become too full for the attempt to continue. Called at most once. */
  readonly onDiskLow: () => void;
  /** The attempt has hit one of its limits and can't continue. Called at most once. */
  readonly onLimit: (reason: Reason) => void;
  /** Aborting kills what runs in the place. */
  readonly signal: AbortSignal;
}

/** Why a place could not be prepared, in the words of the protocol. */
export class HandsFailure extends Error {
  override readonly name = 'HandsFailure';
  readonly reason: Reason;

  constructor(reason: Reason, options?: ErrorOptions) {
    super(reasonSentence(reason), options);
    this.reason = reason;
  }
}

/** The agent's hands: whatever touches workspaces, processes, containers, repositories and packages. */
export interface Hands {
  /** Rejects with a `HandsFailure` if the place can't be made. */
  open(request: OpenRequest): Promise<OpenedAttempt>;
  createMasker(secrets: readonly string[]): Masker;
  checkout(request: HandsRequest & { readonly step: CheckoutStep; readonly source: AttemptSource }): Promise<HandsResult>;
  upload(request: HandsRequest & { readonly step: UploadPackageStep }): Promise<HandsResult>;
  /** Removes what attempts of an earlier process of this agent left. Says what it removed. */
  reap(request: { readonly keep: ReadonlySet<AttemptId> }): Promise<readonly string[]>;
  /** Removes what was made for attempts to come. Call it when none runs any more. */
  close(): Promise<void>;
}
