import type { AttemptId } from '@drover/protocol';
import { AgentService } from '../agents/agent-service.js';
import { register, RegistrationTokens } from '../agents/registration.js';
import { AttemptService } from '../attempts/attempt-service.js';
import { EngineCore } from './engine-core.js';
import type { EnginePorts } from './engine-ports.js';
import { shutDown, startUp } from './lifecycle.js';
import { Queue } from '../placing/queue.js';
import { WaitingNews } from '../placing/waiting-news.js';
import { Waiting } from '../placing/waiting.js';
import type { AgentGateway } from '../ports/engine/link.js';
import type { RunSummaries } from '../ports/run-summaries.js';
import { createRunSummaries } from '../runs/run-summaries.js';
import { RunService } from '../runs/run-service.js';

/** Runs, attempts and agents of the farm. */
export interface Engine {
  readonly runs: RunService;
  readonly summaries: RunSummaries;
  readonly attempts: AttemptService;
  readonly agents: AgentService;
  readonly registrationTokens: RegistrationTokens;
  readonly waiting: Waiting;
  readonly queue: Queue;
  readonly gateway: AgentGateway;
  readonly register: (...[body, more]: Tail<Parameters<typeof register>>) => ReturnType<typeof register>;
  /** Takes up what the store says was under way. Agents are let in afterwards. */
  start(): Promise<void>;
  /** Ends what is under way in order; agents continue working. */
  close(): Promise<void>;
}
type Tail<T extends readonly unknown[]> = T extends readonly [unknown, ...infer Rest] ? Rest : never;

export function createEngine(ports: EnginePorts): Engine {
  const core = new EngineCore(ports);
  const news = new WaitingNews({ ...ports, board: core.board, placer: core.placer });
  const runs = new RunService(core);
  const unsubscribe = ports.signals.subscribe((signal) => {
    if (signal.type === 'pipelineChanged') runs.pipelineChanged(signal.pipelineId);
    if (signal.type === 'logWatched') watch(core, signal.attemptId, signal.watched);
    news.on(signal);
  });
  return {
    runs,
    summaries: createRunSummaries(core),
    attempts: new AttemptService(core, runs),
    agents: new AgentService(core),
    registrationTokens: new RegistrationTokens(core),
    waiting: new Waiting(core),
    queue: new Queue(core),
    gateway: core.gateway,
    register: (...args) => register(core, ...args),
    start: () => startUp(core),
    async close() {
      unsubscribe();
      await shutDown(core);
    },
  };
}

/** Somebody began or ceased to look at a log: its agent sends sooner, or less often. */
function watch(core: EngineCore, attemptId: AttemptId, watched: boolean): void {
  const live = core.board.get(attemptId);
  if (live === undefined || live.isWatched === watched) return;
  live.isWatched = watched;
  if (live.record.active && live.record.agentId !== undefined) core.send(live.record.agentId, { type: 'watchLog', attemptId, watched });
}
