import { Type, type Static } from '@sinclair/typebox';
import { AgentView, FarmView } from '../api/agents.js';
import { AttemptView, RunSummary, RunView } from '../api/runs.js';
import { AgentId, AttemptId, PipelineId, ProjectId, RunId } from '../shared/ids.js';
import { Closed, Pair, Variants } from '../shared/schema.js';

/** Path of the browsers' socket.io server: websocket only, Origin checked, signed in by the session's cookie (or a bearer token). */
export const liveLinkPath = '/live/link';
export const liveEvent = 'message';
/** Largest message that a browser may send. */
export const maxLiveMessageBytes = 65_536;
/** Bytes of a log that may be on their way to one viewer before it must give credit again. */
export const logCreditBytes = 1_048_576;

// ---- browser → controller; each answered by its acknowledgement: LiveReply ----
/** All runs that the person may see, or those of one project or pipeline. */
const WatchRuns = Closed({ type: Type.Literal('watchRuns'), projectId: Type.Optional(ProjectId), pipelineId: Type.Optional(PipelineId) });
const WatchRun = Closed({ type: Type.Literal('watchRun'), runId: RunId });
const WatchAgents = Closed({ type: Type.Literal('watchAgents') });
const WatchFarm = Closed({ type: Type.Literal('watchFarm') });
/** The log from this offset on; `tail`: rather from at most this many bytes before its end. */
const WatchLog = Closed({
  type: Type.Literal('watchLog'),
  attemptId: AttemptId,
  offset: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
  tailBytes: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_048_576 })),
});
/** Says how far the viewer has taken the log in. */
const LogCredit = Closed({
  type: Type.Literal('logCredit'),
  attemptId: AttemptId,
  taken: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER }),
});
/** Ends the subscription that this topic names, e.g. `run:…`, `log:…`, `runs`, `agents`, `farm`. */
const Unwatch = Closed({
  type: Type.Literal('unwatch'),
  topic: Type.String({ maxLength: 200, pattern: '^(?:runs|run|log|agents|farm)(?::[a-z0-9.~-]+)?$' }),
});
export const LiveRequest = Variants('type', [WatchRuns, WatchRun, WatchAgents, WatchFarm, WatchLog, LogCredit, Unwatch]);
export type LiveRequest = Static<typeof LiveRequest>;

export type LiveReply =
  | { readonly ok: true; readonly topic: string }
  | { readonly ok: false; readonly code: 'invalid' | 'notFound' | 'unauthenticated' | 'tooMany'; readonly detail: string };

// ---- controller → browser ----
const RunsChanged = Closed({ type: Type.Literal('runSummary'), run: RunSummary });
const RunChanged = Closed({ type: Type.Literal('run'), run: RunView });
const AttemptChanged = Closed({ type: Type.Literal('attempt'), attempt: AttemptView });
const AgentChanged = Closed({ type: Type.Literal('agent'), agent: AgentView });
const AgentGone = Closed({ type: Type.Literal('agentGone'), agentId: AgentId });
const FarmChanged = Closed({ type: Type.Literal('farm'), farm: FarmView });
const PipelinesChanged = Closed({ type: Type.Literal('pipelinesChanged'), projectId: ProjectId, pipelineId: PipelineId });
const PackagesChanged = Closed({ type: Type.Literal('packagesChanged'), projectId: ProjectId, runId: Type.Optional(RunId) });
/** Bytes of a log in order, with the moments they were printed; `[offset, instant]` pairs. */
const LogBytes = Closed({
  type: Type.Literal('logBytes'),
  attemptId: AttemptId,
  offset: Type.Integer(),
  bytes: Type.Unsafe<Uint8Array>({}),
  marks: Type.Array(Pair(Type.Integer(), Type.Integer())),
});
/** The viewer was too slow, or joined late: bytes from `from` to `to` are to be fetched by range. */
const LogGap = Closed({ type: Type.Literal('logGap'), attemptId: AttemptId, from: Type.Integer(), to: Type.Integer() });
const SignedOut = Closed({ type: Type.Literal('signedOut') });
export const LiveMessage = Variants('type', [
  RunsChanged,
  RunChanged,
  AttemptChanged,
  AgentChanged,
  AgentGone,
  FarmChanged,
  PipelinesChanged,
  PackagesChanged,
  LogBytes,
  LogGap,
  SignedOut,
]);
export type LiveMessage = Static<typeof LiveMessage>;
