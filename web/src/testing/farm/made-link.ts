import type { AttemptId } from '@drover/protocol';
import type { LiveMessage, LiveRequest } from '@drover/protocol/live';
import { findAttempt, logOf } from './made-runs.js';

interface Link {
  emit(event: string, message: LiveMessage): unknown;
  on(event: string, listener: (request: LiveRequest, reply?: unknown) => void): unknown;
}

const everyMs = 200;
const linesEach = 1;

/** Grows the log of a running attempt while it is watched, and sends its bytes. */
export function serveLink(link: Link): void {
  const timers = new Map<string, ReturnType<typeof setInterval>>();
  link.on('message', (request, reply) => {
    if (typeof reply === 'function') reply({ ok: true, topic: request.type === 'watchLog' ? `log:${request.attemptId}` : request.type });
    if (request.type === 'unwatch') {
      clearInterval(timers.get(request.topic));
      timers.delete(request.topic);
    }
    if (request.type !== 'watchLog' || findAttempt(request.attemptId)?.state !== 'running') return;
    clearInterval(timers.get(`log:${request.attemptId}`));
    timers.set(`log:${request.attemptId}`, setInterval(growing(link, request.attemptId, request.offset), everyMs));
  });
  link.on('disconnect', () => {
    for (const timer of timers.values()) clearInterval(timer);
  });
}

function growing(link: Link, attemptId: AttemptId, from: number): () => void {
  let sent = from;
  return () => {
    const log = logOf(attemptId);
    log.grow(linesEach);
    const bytes = log.bytes(sent);
    link.emit('message', { type: 'logBytes', attemptId, offset: sent, bytes, marks: [[sent, Date.now()]] });
    sent += bytes.length;
  };
}
