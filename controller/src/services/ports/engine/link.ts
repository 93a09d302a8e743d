import type { AgentId } from '@drover/protocol';
import type { AgentMessage, AgentReply, ControllerMessage, Refusal } from '@drover/protocol/agent';
import type { Static } from '@sinclair/typebox';

export type RefusalAnswer = Static<typeof Refusal>;
export type Answer = AgentReply<AgentMessage['type']>;

/** One open connection of an agent, as the services see it. */
export interface AgentConnection {
  /** Hands the message to the connection; whether it arrives shows in what the agent does. */
  send(message: ControllerMessage): void;
  /** Cuts it; `ended` of its session is called. */
  close(reason: string): void;
}

/** What the services make of one connection. Messages are valid by their schemas; replies come in any order. */
export interface AgentSession {
  receive(message: AgentMessage): Promise<Answer>;
  /** The answer to that message has been handed to the connection; what must follow it may be sent now. */
  answered(message: AgentMessage, answer: Answer): void;
  /** The connection is gone. Called once. */
  ended(reason: string): void;
}

/** The door of the agents: who connects with a known token gets a session. */
export interface AgentGateway {
  /** Whose token it is, as far as memory knows: costs next to nothing. */
  known(token: string): AgentId | undefined;
  authenticate(token: string): Promise<AgentId | undefined>;
  open(agentId: AgentId, connection: AgentConnection): AgentSession;
}
