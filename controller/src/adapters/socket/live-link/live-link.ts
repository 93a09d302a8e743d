import type { IncomingMessage, Server as HttpServer } from 'node:http';
import { Server, type Socket } from 'socket.io';
import { faultSentence, parse } from '@drover/protocol';
import { liveEvent, liveLinkPath, LiveRequest, maxLiveMessageBytes, type LiveMessage, type LiveReply } from '@drover/protocol/live';
import type { LiveHub } from '../../../services/live/live-hub.js';
import type { Viewer } from '../../../services/live/views.js';
import type { UserActor } from '../../../services/ports/access.js';
import type { Log } from '../../../services/ports/environment.js';
import { refuseUpgrade } from '../../../shared/refuse-upgrade.js';
import { LiveAdmission, type AdmissionParts } from './admission.js';

export interface LiveLinkParts extends AdmissionParts {
  readonly httpServer: HttpServer;
  readonly hub: LiveHub;
  readonly log: Log;
}

export interface LiveLink {
  /** Disconnects all browsers and waits for what was under way. Leaves the HTTP server open. */
  close(): Promise<void>;
}

/** Requests that one browser may have under way: more are answered at once with a refusal. */
const maxUnderWay = 32;

/** The browsers' socket.io server on the controller's HTTP server: websocket only, own origin, signed in. */
export function createLiveLink(parts: LiveLinkParts): LiveLink {
  const { hub, log } = parts;
  const admission = new LiveAdmission(parts);
  const actors = new WeakMap<IncomingMessage, UserActor>();
  const server = new Server({
    path: liveLinkPath,
    transports: ['websocket'],
    serveClient: false,
    destroyUpgrade: false,
    maxHttpBufferSize: maxLiveMessageBytes,
    // A refused request is answered here and stays undecided for the engine, whose answers say neither why nor when to come back.
    allowRequest: (request, decide) => {
      admission.admit(request).then(
        (admitted) => {
          if (!admitted.ok) return refuseUpgrade(request.socket, admitted.refusal);
          actors.set(request, admitted.actor);
          decide(null, true);
        },
        (error: unknown) => {
          log.error('a browser could not be authenticated', { error });
          refuseUpgrade(request.socket, unavailable);
        },
      );
    },
  });
  server.attach(parts.httpServer);
  server.on('connection', (socket) => {
    const actor = actors.get(socket.request);
    if (actor) serve({ hub, log, socket, actor });
    else socket.disconnect(true);
  });
  return {
    close: async () => {
      server.disconnectSockets(true);
      server.engine.close();
      await hub.close();
    },
  };
}

const unavailable = {
  status: 503,
  sentence: 'The controller cannot do this at the moment; try again soon.',
  retryAfterSeconds: 5,
} as const;

interface Served {
  readonly hub: LiveHub;
  readonly log: Log;
  readonly socket: Socket;
  readonly actor: UserActor;
}

function serve({ hub, log, socket, actor }: Served): void {
  const viewer: Viewer = {
    actor,
    send: (message: LiveMessage) => void socket.emit(liveEvent, message),
    close: () => void socket.disconnect(true),
  };
  let underWay = 0;
  hub.join(viewer);
  socket.on('disconnect', () => hub.leave(viewer));
  socket.on(liveEvent, (input: unknown, acknowledge: unknown) => {
    const answer = (reply: LiveReply): void => void (isCallback(acknowledge) && acknowledge(reply));
    const request = parse(LiveRequest, input);
    if (!request.ok) return answer({ ok: false, code: 'invalid', detail: request.faults.map(faultSentence).join('; ') });
    if (underWay >= maxUnderWay)
      return answer({ ok: false, code: 'tooMany', detail: `At most ${maxUnderWay} requests can be under way at once.` });
    underWay++;
    hub
      .handle(viewer, request.value)
      .then(answer, (error: unknown) => {
        log.error('a live request failed', { error, request: request.value.type });
        answer({ ok: false, code: 'notFound', detail: 'Something went wrong inside; try again.' });
      })
      .finally(() => underWay--);
  });
}

const isCallback = (value: unknown): value is (reply: LiveReply) => void => typeof value === 'function';
