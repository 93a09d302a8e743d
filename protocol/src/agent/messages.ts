import { Type, type Static } from '@sinclair/typebox';
import { AgentId, AttemptId, Instant, OfferId } from '../shared/ids.js';
import { Reason } from '../shared/reasons.js';
import { Closed, OneOf, Pair, Variants } from '../shared/schema.js';
import { Outcome } from '../shared/status.js';
import { Label } from '../definition/names.js';
import { maxLogFrameBytes } from './link.js';
import { AttemptSpec } from './spec.js';

/** Grows with each claim of an attempt; a message that carries an older one changes nothing. */
export const FencingNumber = Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });
const Offset = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
const Megabytes = Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER });
/** Of any system: Windows' fill 32 bits. */
const ExitCode = Type.Integer({ minimum: -2_147_483_648, maximum: 4_294_967_295 });
const lease = { attemptId: AttemptId, fencing: FencingNumber };

/** What the machine is and has. Strings are facts for people; labels are derived by the agent. */
export const AgentFacts = Closed({
  productVersion: Type.String({ maxLength: 64 }),
  os: Type.String({ maxLength: 64 }),
  arch: Type.String({ maxLength: 64 }),
  hostname: Type.String({ maxLength: 255 }),
  cpus: Type.Integer({ minimum: 1, maximum: 65_536 }),
  memoryMb: Megabytes,
  automaticLabels: Type.Array(Label, { maxItems: 100 }),
  executors: Type.Array(OneOf(['shell', 'docker']), { maxItems: 4 }),
  isolation: OneOf(['separateUser', 'namespaces', 'none']),
});
export type AgentFacts = Static<typeof AgentFacts>;

export const AgentHealth = Closed({
  healthy: Type.Boolean(),
  reasons: Type.Array(Reason, { maxItems: 10 }),
  loadPercent: Type.Number({ minimum: 0, maximum: 1_000_000 }),
  freeMemoryMb: Megabytes,
  freeDiskMb: Megabytes,
});
export type AgentHealth = Static<typeof AgentHealth>;

export const StepRecord = Closed({
  index: Type.Integer({ minimum: 0, maximum: 10_000 }),
  name: Type.String({ maxLength: 200 }),
  state: OneOf(['running', 'finished', 'skipped']),
  outcome: Type.Optional(Outcome),
  exitCode: Type.Optional(ExitCode),
  startedAt: Type.Optional(Instant),
  finishedAt: Type.Optional(Instant),
  startOffset: Type.Optional(Offset),
  endOffset: Type.Optional(Offset),
  fact: Type.Optional(Type.String({ maxLength: 300, description: 'one thing worth knowing: a commit, a cache hit, an image' })),
});
export type StepRecord = Static<typeof StepRecord>;

/** B1: what the agent has sent of a log in all, proof that it is complete. */
export const LogProof = Closed({ sizeBytes: Offset, sha256: Sha256, cut: Type.Boolean() });
export type LogProof = Static<typeof LogProof>;

export const AttemptResult = Closed({
  outcome: Outcome,
  reason: Type.Optional(Reason),
  exitCode: Type.Optional(ExitCode),
  startedAt: Instant,
  finishedAt: Instant,
  steps: Type.Array(StepRecord, { maxItems: 200 }),
  log: LogProof,
  /** B2: a failed upload is told beside the outcome, never instead of it. */
  warnings: Type.Array(Reason, { maxItems: 50 }),
});
export type AttemptResult = Static<typeof AttemptResult>;

export const HeldAttempt = Closed({
  ...lease,
  state: OneOf(['running', 'stopping', 'finished']),
  logEnd: Offset,
});
export type HeldAttempt = Static<typeof HeldAttempt>;

/** Moments at which bytes of a log were printed: `[offset, instant]`, growing in both. */
export const LogMarks = Type.Array(Pair(Offset, Instant), { maxItems: 1_000 });
export type LogMarks = Static<typeof LogMarks>;

// ---- agent → controller; each is answered through its acknowledgement ----

/** First message on each connection; nothing else is sent before its reply. `bootNonce` names the process: the same one takes its half-open session over. */
export const Hello = Closed({
  type: Type.Literal('hello'),
  protocolVersion: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
  capabilities: Type.Array(Type.String({ maxLength: 64 }), { maxItems: 50 }),
  bootNonce: Type.String({ minLength: 8, maxLength: 64 }),
  slots: Type.Integer({ minimum: 1, maximum: 1_024 }),
  labels: Type.Array(Label, { maxItems: 100 }),
  facts: AgentFacts,
  health: AgentHealth,
  attempts: Type.Array(HeldAttempt, { maxItems: 2_048 }),
});
export type Hello = Static<typeof Hello>;

/** Asks for the offered attempt: the write that follows is the claim. Asked again with the same `offerId` it is answered the same. */
export const Accept = Closed({
  type: Type.Literal('accept'),
  attemptId: AttemptId,
  offerId: OfferId,
  slot: Type.Integer({ minimum: 0, maximum: 1_023 }),
});
export type Accept = Static<typeof Accept>;

export const Decline = Closed({ type: Type.Literal('decline'), attemptId: AttemptId, offerId: OfferId, reason: Reason });
export const LogFrame = Closed({
  type: Type.Literal('log'),
  ...lease,
  offset: Offset,
  bytes: Type.Unsafe<Uint8Array>({ description: `binary, at most ${maxLogFrameBytes} bytes` }),
  marks: LogMarks,
});
export type LogFrame = Static<typeof LogFrame>;
export const Progress = Closed({ type: Type.Literal('progress'), ...lease, steps: Type.Array(StepRecord, { maxItems: 200 }) });
export const Finished = Closed({ type: Type.Literal('finished'), ...lease, result: AttemptResult });
export type Finished = Static<typeof Finished>;
export const HealthChanged = Closed({ type: Type.Literal('health'), health: AgentHealth });
/** The agent will take nothing new (graceful shutdown), or again. */
export const Draining = Closed({ type: Type.Literal('draining'), draining: Type.Boolean() });

export const AgentMessage = Variants('type', [Hello, Accept, Decline, LogFrame, Progress, Finished, HealthChanged, Draining]);
export type AgentMessage = Static<typeof AgentMessage>;
export type AgentMessageType = AgentMessage['type'];

// ---- the answers ----

export const HelloReply = Closed({
  ok: Type.Literal(true),
  agentId: AgentId,
  name: Type.String(),
  slots: Type.Integer({ minimum: 1 }),
  labels: Type.Array(Label),
  enabled: Type.Boolean(),
  /** For each attempt that the agent said it holds: continue, stop, or drop it; and where its stored log ends. */
  attempts: Type.Array(Closed({ ...lease, verdict: OneOf(['continue', 'stop', 'drop']), logEnd: Offset })),
  heartbeatMs: Type.Integer({ minimum: 1 }),
});
export type HelloReply = Static<typeof HelloReply>;

/** `code`: `protocolMismatch`, `identityInUse`, `notApproved`, `removed`, `invalid`, `stale`, `unavailable`. `detail` tells a person what to do. */
export const Refusal = Closed({
  ok: Type.Literal(false),
  code: OneOf(['protocolMismatch', 'identityInUse', 'notApproved', 'removed', 'invalid', 'stale', 'unavailable']),
  detail: Type.String({ maxLength: 2_000 }),
  retryAfterMs: Type.Optional(Type.Integer({ minimum: 0 })),
});
export type Refusal = Static<typeof Refusal>;

export const Granted = Closed({ ok: Type.Literal(true), fencing: FencingNumber, spec: AttemptSpec });
/** Where the stored log ends now: what the agent has beyond it is sent again, what lies before it is forgotten. */
export const LogStored = Closed({ ok: Type.Literal(true), end: Offset });
export const Done = Closed({ ok: Type.Literal(true) });

export const replySchemas = {
  hello: Type.Union([HelloReply, Refusal]),
  accept: Type.Union([Granted, Refusal]),
  decline: Type.Union([Done, Refusal]),
  log: Type.Union([LogStored, Refusal]),
  progress: Type.Union([Done, Refusal]),
  finished: Type.Union([Done, Refusal]),
  health: Type.Union([Done, Refusal]),
  draining: Type.Union([Done, Refusal]),
} as const;
export type AgentReply<T extends AgentMessageType> = Static<(typeof replySchemas)[T]>;

// ---- controller → agent ----

/** A hint, written nowhere. The agent answers with `accept` or `decline`, or not at all: then it is given to another. */
export const Offer = Closed({
  type: Type.Literal('offer'),
  attemptId: AttemptId,
  offerId: OfferId,
  executor: OneOf(['shell', 'docker']),
  sample: Type.Boolean(),
});
export const WithdrawOffer = Closed({ type: Type.Literal('withdrawOffer'), attemptId: AttemptId, offerId: OfferId });
/** G13: a desired state, sent again until the agent's `finished` confirms it. With `atOnce`, always steps end too. */
export const StopAttempt = Closed({
  type: Type.Literal('stopAttempt'),
  ...lease,
  reason: Reason,
  atOnce: Type.Optional(Type.Literal(true)),
});
/** The attempt was given up: kill it, forget its log and result. */
export const DropAttempt = Closed({ type: Type.Literal('dropAttempt'), ...lease });
/** Somebody watches the log: frames of 25 ms instead of 1 s. */
export const WatchLog = Closed({ type: Type.Literal('watchLog'), attemptId: AttemptId, watched: Type.Boolean() });
export const Configure = Closed({
  type: Type.Literal('configure'),
  name: Type.String(),
  slots: Type.Integer({ minimum: 1 }),
  labels: Type.Array(Label),
  enabled: Type.Boolean(),
});
/** The identity is no longer valid: stop, and don't come back. */
export const Removed = Closed({ type: Type.Literal('removed'), detail: Type.String() });

export const ControllerMessage = Variants('type', [Offer, WithdrawOffer, StopAttempt, DropAttempt, WatchLog, Configure, Removed]);
export type ControllerMessage = Static<typeof ControllerMessage>;
