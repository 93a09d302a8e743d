import type { AgentId, AttemptId } from '@drover/protocol';
import type { AgentReply, AgentMessage } from '@drover/protocol/agent';
import type { DefinitionId, RunId } from '@drover/protocol';
import type { DefinitionSnapshot } from '@drover/protocol/definition';
import type { RunRecord } from '../../domain/runs/record.js';
import type { AgentDirectory, LiveSession } from '../agents/directory.js';
import { refusal } from '../agents/hello.js';
import { Serial } from '../serial.js';
import type { AttemptBoard, LiveAttempt } from './board.js';
import type { AttemptLedger } from './ledger.js';
import type { Placer } from './placer.js';
import type { SpecBuilder } from './spec.js';

type AcceptMessage = Extract<AgentMessage, { type: 'accept' }>;

export interface ClaimPorts {
  readonly board: AttemptBoard;
  readonly agents: AgentDirectory;
  readonly ledger: AttemptLedger;
  readonly placer: Placer;
  readonly specs: SpecBuilder;
  readonly run: (runId: RunId) => Promise<RunRecord | undefined>;
  readonly definition: (definitionId: DefinitionId) => Promise<DefinitionSnapshot | undefined>;
}

interface Grant {
  readonly agentId: AgentId;
  readonly message: AcceptMessage;
  readonly live: LiveAttempt;
  /** Undefined: the agent has another one by then, or none. */
  readonly session: () => LiveSession | undefined;
}

const over = refusal('stale', 'This offer is over; the attempt has gone elsewhere or ended.');

/** Answers an agent's accept: the write that it leads to is the claim. The same offer accepted again is granted again. */
export class Claims {
  readonly #ports: ClaimPorts;
  readonly #serial = new Serial<AttemptId>();

  constructor(ports: ClaimPorts) {
    this.#ports = ports;
  }

  /**
   * `session`: of the connection that asks. An agent that connects again asks again while it may still be answered on the
   * connection before, whose offer is over: only when that is done it is known whether it holds the attempt. Until then
   * the attempt is not offered again, not even to the same agent, which would drop what it was just granted.
   */
  async accept(agentId: AgentId, message: AcceptMessage, session: LiveSession | undefined): Promise<AgentReply<'accept'>> {
    const { board, placer } = this.#ports;
    const live = board.get(message.attemptId);
    if (live === undefined) return over;
    const answer = (): Promise<AgentReply<'accept'>> => this.#serial.run(message.attemptId, () => this.#accept(agentId, message, session));
    if (!concerns(live, agentId, message)) return live.accepting.includes(agentId) ? answer() : over;
    placer.settled(message.offerId);
    live.accepting.push(agentId);
    try {
      return await answer();
    } finally {
      live.accepting.splice(live.accepting.indexOf(agentId), 1);
      placer.wake();
    }
  }

  async #accept(agentId: AgentId, message: AcceptMessage, session: LiveSession | undefined): Promise<AgentReply<'accept'>> {
    const { board, agents, placer } = this.#ports;
    const live = board.get(message.attemptId);
    const agent = agents.get(agentId);
    if (live === undefined || agent === undefined || !concerns(live, agentId, message)) return over;
    if (!live.record.active && message.slot >= agent.record.slots) {
      placer.declined(live);
      return refusal('invalid', `This agent has ${agent.record.slots} slots, counted from 0; slot ${message.slot} is none of them.`);
    }
    return this.#grant({ agentId, message, live, session: () => (agents.get(agentId)?.session === session ? session : undefined) });
  }

  async #grant({ agentId, message, live, session }: Grant): Promise<AgentReply<'accept'>> {
    const { ledger, placer } = this.#ports;
    const spec = await this.#specOf(live);
    if (spec === undefined) {
      placer.declined(live);
      return over;
    }
    if (!spec.ok) {
      await ledger.abandon(message.attemptId, 'failed', spec.reason);
      return refusal('stale', 'The task cannot be started as it is written; it has ended with the reason.');
    }
    const { attemptId, offerId, slot } = message;
    const claimed = await ledger.claim(attemptId, { agentId, offerId, slot }, session);
    if (claimed === 'slotTaken') placer.declined(live);
    if (claimed === 'slotTaken') return refusal('stale', `Slot ${slot} is in use by another attempt.`);
    return claimed === 'stale' ? over : { ok: true, fencing: claimed.fencing, spec: spec.value };
  }

  async #specOf(live: LiveAttempt) {
    const run = await this.#ports.run(live.record.runId);
    const definition = run && (await this.#ports.definition(run.definitionId));
    if (run === undefined || definition === undefined) return undefined;
    return this.#ports.specs.build(live.record, run.run, definition);
  }
}

/** Whether the message speaks of the offer that stands, or of the one that became the claim. */
function concerns({ record, offer }: LiveAttempt, agentId: AgentId, message: AcceptMessage): boolean {
  if (record.active) return record.agentId === agentId && record.offerId === message.offerId;
  return offer?.agentId === agentId && offer.offerId === message.offerId;
}
