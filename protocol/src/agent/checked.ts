import { Problem } from '../shared/problems.js';
import { AgentMessage, ControllerMessage, replySchemas } from './messages.js';
import { AgentRegistered, RegisterAgent } from './registration.js';

/** What an agent checks beside answers, by name. */
export const checkedSchemas = {
  agentMessage: AgentMessage,
  controllerMessage: ControllerMessage,
  problem: Problem,
  agentRegistered: AgentRegistered,
  registerAgent: RegisterAgent,
  name: RegisterAgent.properties.name,
  labels: RegisterAgent.properties.labels,
  slots: RegisterAgent.properties.slots,
  token: RegisterAgent.properties.token,
} as const;

/** The answers to an agent's messages, by the message's type. */
export const checkedReplies = replySchemas;
