import { Type, type Static } from '@sinclair/typebox';
import { Label, Name } from '../definition/names.js';
import { AgentId } from '../shared/ids.js';
import { Closed } from '../shared/schema.js';
import { AgentFacts } from './messages.js';

/** Body of `POST /api/v1/agent/register`. */
export const RegisterAgent = Closed({
  token: Type.String({ minLength: 1, maxLength: 200 }),
  name: Type.Optional(Name),
  labels: Type.Array(Label, { maxItems: 50, uniqueItems: true }),
  slots: Type.Integer({ minimum: 1, maximum: 1_024 }),
  protocolVersion: Type.Integer({ minimum: 0, maximum: 1_000_000 }),
  facts: AgentFacts,
});
export type RegisterAgent = Static<typeof RegisterAgent>;

export const AgentRegistered = Closed({
  agentId: AgentId,
  name: Name,
  token: Type.String({ description: 'shown once; the controller keeps its hash' }),
  approved: Type.Boolean(),
});
export type AgentRegistered = Static<typeof AgentRegistered>;
