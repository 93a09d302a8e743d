import { request as requestPlain, type IncomingMessage } from 'node:http';
import { request as requestSecure } from 'node:https';
import type { Problem } from '@drover/protocol';
import { agentRegisterPath, agentRegistrationPath, check, type AgentRegistered, type RegisterAgent } from '@drover/protocol/agent';
import { proxyAgentFor } from '../link/proxy.js';
import { messageOf } from '../shared/logger.js';
import { CliFault } from './cli-fault.js';

const answerMs = 30_000;
const largestAnswerBytes = 1_000_000;

/** Registers with a registration token. Throws a `CliFault` whose sentence says what to do. */
export async function register(url: string, body: RegisterAgent): Promise<AgentRegistered> {
  const answer = await ask(url, {
    method: 'POST',
    path: agentRegisterPath,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (answer.status !== 201 && answer.status !== 200) throw refusal(url, answer);
  const registered = check('agentRegistered', jsonOf(answer.text));
  if (!registered.ok) throw new CliFault(`${url} answered something that is not a registration; is it a Drover controller?`);
  return registered.value;
}

/** Takes the agent off the farm; one that is gone already is no fault. */
export async function unregister(url: string, token: string): Promise<void> {
  const answer = await ask(url, { method: 'DELETE', path: agentRegistrationPath, headers: { authorization: `Bearer ${token}` } });
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
interface Answer {
  readonly status: number;
  readonly text: string;
}

async function ask(url: string, question: Question): Promise<Answer> {
  const target = new URL(url.replace(/\/+$/, '') + question.path);
  const agent = await proxyAgentFor(target.href);
  const send = target.protocol === 'https:' ? requestSecure : requestPlain;
  try {
    return await new Promise<Answer>((resolve, reject) => {
      const options = { method: question.method, headers: question.headers, timeout: answerMs, ...(agent ? { agent } : {}) };
      const request = send(target, options, (response) => void readAnswer(response).then(resolve, reject));
      request.on('timeout', () => request.destroy(new Error(`no answer within ${answerMs / 1_000} s`)));
      request.on('error', reject);
      request.end(question.body);
    });
  } catch (error) {
    throw new CliFault(`The controller at ${url} can not be reached: ${messageOf(error) || 'the connection failed'}.`, { cause: error });
  }
}

async function readAnswer(response: IncomingMessage): Promise<Answer> {
  let text = '';
  for await (const chunk of response) {
    text += String(chunk);
    if (text.length > largestAnswerBytes) throw new Error('the answer is too long');
  }
  return { status: response.statusCode ?? 0, text };
}

function refusal(url: string, answer: Answer): CliFault {
  const problem = problemOf(answer);
  if (problem) {
    const places = (problem.errors ?? []).map(({ path, message }) => `${path} ${message}`).join('; ');
    return new CliFault([problem.detail, places].filter((part) => part !== '').join(' '));
  }
  return new CliFault(`${url} answered with HTTP ${answer.status}; is it the address of a Drover controller?`);
}

function problemOf({ text }: Answer): Problem | undefined {
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
