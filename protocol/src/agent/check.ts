import type { Static } from '@sinclair/typebox';
import { parse, type Parsed } from '../shared/schema.js';
import { checkedReplies, checkedSchemas } from './checked.js';
import type { AgentMessageType, AgentReply } from './messages.js';

type Checked = typeof checkedSchemas;

/**
 * Checks what an agent reads or says, like `parse`, by the schema's name. In the packed agent the code of this module
 * is another one, made of the same schemas when it is built (`standaloneChecks`): neither compiler nor schemas are loaded.
 */
export const check = <Name extends keyof Checked>(name: Name, input: unknown): Parsed<Static<Checked[Name]>> =>
  parse(checkedSchemas[name], input);

/** Checks the answer to a message of this type, in the same way. */
export const checkReply = <T extends AgentMessageType>(type: T, input: unknown): Parsed<AgentReply<T>> =>
  parse(checkedReplies[type], input);
