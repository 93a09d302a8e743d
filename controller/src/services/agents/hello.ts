import { oldestProtocolVersion, protocolVersion, type AgentId, type Reason } from '@drover/protocol';
import type { HeldAttempt, Hello, HelloReply } from '@drover/protocol/agent';
import type { AgentRecord } from '../../domain/agents/agent.js';
import type { AttemptRecord } from '../../domain/attempts/attempt.js';
import type { AttemptBoard, LiveAttempt } from '../placing/board.js';
import type { Absence } from '../placing/absence.js';
import type { RefusalAnswer } from '../ports/engine/link.js';
import type { LogIntake } from '../ports/logs.js';

type Verdict = HelloReply['attempts'][number];

/** Refusals of a hello, in words that tell a person what to do. */
export const refusal = (code: RefusalAnswer['code'], detail: string, retryAfterMs?: number): RefusalAnswer => ({
  ok: false,
  code,
  detail,
  ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
});

const removedText = 'This agent was removed from the farm. Register it again to use it.';
export const removedRefusal = refusal('removed', removedText);
/** To an agent that is connected when it is removed. */
export const removedMessage = { type: 'removed', detail: removedText } as const;

/** G2: what an agent of another protocol version is told; undefined when the two understand each other. */
export function versionRefusal(agentVersion: number): RefusalAnswer | undefined {
  const [oldest, newest]: readonly number[] = [oldestProtocolVersion, protocolVersion];
  const range = oldest === newest ? String(newest) : `${String(oldest)} to ${String(newest)}`;
  if (agentVersion < oldestProtocolVersion) {
    return refusal(
      'protocolMismatch',
      `This agent speaks version ${agentVersion} of the protocol, the controller ${range}. Upgrade the agent: download it from the controller and start it again.`,
    );
  }
  if (agentVersion > protocolVersion) {
    return refusal(
      'protocolMismatch',
      `This agent speaks version ${agentVersion} of the protocol, the controller ${range}. Upgrade the controller, or install the agent that the controller offers for download.`,
    );
  }
  return undefined;
}

export interface HelloPorts {
  readonly board: AttemptBoard;
  readonly absence: Absence;
  readonly logs: LogIntake;
  readonly lose: (attempt: AttemptRecord, reason: Reason) => void;
}

/** G6, G7: what an agent that came back is to do with each attempt that it says it holds. */
export async function verdictsFor(agentId: AgentId, hello: Hello, ports: HelloPorts): Promise<Verdict[]> {
  return Promise.all(hello.attempts.map((held) => verdictFor(agentId, held, ports)));
}

async function verdictFor(agentId: AgentId, held: HeldAttempt, { board, absence, logs }: HelloPorts): Promise<Verdict> {
  const { attemptId, fencing } = held;
  const live = board.get(attemptId);
  if (live === undefined || !holds(live, agentId, fencing)) return { attemptId, fencing, verdict: 'drop', logEnd: 0 };
  live.isConfirmed = true;
  absence.resumed(attemptId);
  const { projectId, runId, stop } = live.record;
  const logEnd = await logs.end({ projectId, runId, attemptId });
  return { attemptId, fencing, verdict: stop !== undefined && held.state === 'running' ? 'stop' : 'continue', logEnd };
}

const holds = (live: LiveAttempt, agentId: AgentId, fencing: number): boolean =>
  live.record.active && live.record.agentId === agentId && live.record.fencing === fencing;

/** Attempts that the agent should hold and does not speak of: lost, unless the answer to its claim may be on its way still. */
export function missAttempts(record: AgentRecord, hello: Hello, isSameProcess: boolean, ports: HelloPorts): void {
  const told = new Set(hello.attempts.map((held) => held.attemptId));
  for (const live of ports.board.held(record._id)) {
    if (told.has(live.record._id)) continue;
    if (isSameProcess && !live.isConfirmed) ports.absence.unconfirmed(live, record._id);
    else ports.lose(live.record, { code: isSameProcess ? 'agentDropped' : 'agentCrashed', parameters: { agent: record.name } });
  }
}
