import { problemSentence, type Problem } from '@drover/protocol';
import { agentRegisterPath, agentRegistrationPath, check, type AgentRegistered, type RegisterAgent } from '@drover/protocol/agent';
import type { Answer, Outgoing } from '@drover/protocol/outgoing';
import { messageOf } from '../shared/logger.js';
import { CliFault } from './cli-fault.js';

const answerMs = 30_000;

export interface Controller {
  readonly url: string;
  readonly outgoing: Outgoing;
}

/** Registers with a registration token. Throws a `CliFault` whose sentence says what to do. */
export async function register({ url, outgoing }: Controller, body: RegisterAgent): Promise<AgentRegistered> {
  const answer = await ask(
    { url, outgoing },
    {
      method: 'POST',
      path: agentRegisterPath,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    },
  );
  if (answer.status !== 201 && answer.status !== 200) throw refusal(url, answer);
  const registered = check('agentRegistered', jsonOf(answer.text));
  if (!registered.ok) throw new CliFault(`${url} answered something that is not a registration; is it a Drover controller?`);
  return registered.value;
}

/** Takes the agent off the farm; one that is gone already is no fault. */
export async function unregister({ url, outgoing }: Controller, token: string): Promise<void> {
  const answer = await ask(
    { url, outgoing },
    { method: 'DELETE', path: agentRegistrationPath, headers: { authorization: `Bearer ${token}` } },
  );
  const isGone = answer.status === 401 || answer.status === 410 || (answer.status === 404 && problemOf(answer) !== undefined);
  if (answer.status < 300 || isGone) return;
  throw refusal(url, answer);
}

interface Question {
  readonly method: 'POST' | 'DELETE';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

async function ask({ url, outgoing }: Controller, { path, ...question }: Question): Promise<Answer> {
  const target = new URL(url.replace(/\/+$/, '') + path);
  try {
    return await outgoing.exchange(target, { ...question, answerMs });
  } catch (error) {
    throw new CliFault(`The controller at ${url} cannot be reached: ${messageOf(error)}.`, { cause: error });
  }
}

function refusal(url: string, answer: Answer): CliFault {
  const problem = problemOf(answer);
  if (problem) return new CliFault(problemSentence(problem));
  return new CliFault(`${url} answered with HTTP ${answer.status}; is it the address of a Drover controller?`);
}

function problemOf({ text }: Pick<Answer, 'text'>): Problem | undefined {
  const parsed = check('problem', jsonOf(text));
  return parsed.ok ? parsed.value : undefined;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
