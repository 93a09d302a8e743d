import { oldestProtocolVersion, productVersion, protocolVersion } from '@drover/protocol';
import { linkTimings, type Refusal } from '@drover/protocol/agent';

/** Why an agent ends for good instead of trying again. */
export interface LinkEnd {
  readonly code: 'identityInUse' | 'removed' | 'protocolMismatch';
  readonly text: string;
}

export type RefusalPlan =
  | { readonly type: 'end'; readonly end: LinkEnd }
  | { readonly type: 'retry'; readonly afterMs: number; readonly text: string };

/**
 * An identity counts as taken until the controller has noticed that a cut session of an earlier process is dead;
 * after this time it is another living process.
 */
const identityWaitMs = linkTimings.pingIntervalMs + linkTimings.pingTimeoutMs + 2_000;
const approvalCheckMs = 15_000;

/** What to do about a refused hello. `refusedForMs`: since when it has been refused like this, on and on. */
export function planForRefusal(refusal: Refusal, refusedForMs: number): RefusalPlan {
  switch (refusal.code) {
    case 'removed':
      return {
        type: 'end',
        end: {
          code: 'removed',
          text: `This agent was removed from the controller: ${refusal.detail} Register it again to use this machine.`,
        },
      };
    case 'protocolMismatch':
      return { type: 'end', end: { code: 'protocolMismatch', text: `${refusal.detail} ${speaks}` } };
    case 'identityInUse':
      if (refusedForMs < identityWaitMs)
        return {
          type: 'retry',
          afterMs: refusal.retryAfterMs ?? 2_000,
          text: `Another process is connected with this agent's identity; waiting up to ${identityWaitMs / 1_000} s for it to go. ${refusal.detail}`,
        };
      return {
        type: 'end',
        end: {
          code: 'identityInUse',
          text: `Another process is connected with this agent's identity. Stop that one, or register this machine under a name of its own. ${refusal.detail}`,
        },
      };
    case 'notApproved':
      return {
        type: 'retry',
        afterMs: refusal.retryAfterMs ?? approvalCheckMs,
        text: `Waiting for an administrator to approve this agent. ${refusal.detail}`,
      };
    case 'invalid':
    case 'stale':
    case 'unavailable':
      return {
        type: 'retry',
        afterMs: refusal.retryAfterMs ?? 1_000,
        text: `The controller did not take the connection: ${refusal.detail}`,
      };
  }
}

const speaks = `(This agent is Drover ${productVersion} and speaks versions ${oldestProtocolVersion} to ${protocolVersion} of the agent protocol.)`;

/** What a failed connection says of its cause, in a sentence; the HTTP status of a refused handshake if there was one. */
export function describeFault(error: unknown): { readonly status?: number; readonly text: string } {
  const text = [...texts(error)].join(': ') || 'the connection failed';
  const status = /server response: (\d{3})/.exec(text)?.[1];
  return status === undefined ? { text } : { status: Number(status), text };
}

/** What to do about a handshake that was answered with an HTTP status. */
export function planForStatus(status: number, url: string): RefusalPlan {
  if (status === 401)
    return {
      type: 'end',
      end: {
        code: 'removed',
        text: `The controller at ${url} does not know this agent's token: it was removed. Register the agent again.`,
      },
    };
  if (status === 426)
    return {
      type: 'end',
      end: {
        code: 'protocolMismatch',
        text: `The controller at ${url} speaks another version of the agent protocol. Install the agent of the controller's version. ${speaks}`,
      },
    };
  if (status === 404)
    return { type: 'retry', afterMs: 0, text: `There is no Drover controller at ${url} (HTTP 404); is the address right?` };
  return { type: 'retry', afterMs: 0, text: `The controller at ${url} did not admit the connection (HTTP ${status}).` };
}

function* texts(error: unknown): Generator<string> {
  if (typeof error !== 'object' || error === null) return;
  if ('message' in error && typeof error.message === 'string' && error.message !== '') yield error.message;
  if ('description' in error) yield* texts(error.description);
}
