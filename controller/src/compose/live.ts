import type { Server } from 'node:http';
import { createTryLimiter } from '../adapters/limits/try-limiter.js';
import { createLiveLink } from '../adapters/socket/live-link/live-link.js';
import { LiveHub } from '../services/live/live-hub.js';
import type { Logs } from '../services/logs/create-logs.js';
import type { Clock, Log, Timers } from '../services/ports/environment.js';
import type { Signals } from '../services/ports/signals.js';
import type { ClientAddress } from '../shared/client-address.js';
import type { Foundations } from './accounts-and-pipelines.js';
import type { RunningEngine } from './engine.js';
import type { Lifetime } from './lifetime.js';

/** Wrong sessions and tokens from one address before others than those known are not looked at, and for how long. */
const strangerTries = { tries: 20, seconds: 10 };

/** The browsers' live link over the services that know runs, agents and logs. */
export function openLiveLink(parts: {
  readonly server: Server;
  readonly foundations: Foundations;
  readonly engine: RunningEngine;
  readonly logs: Logs;
  readonly signals: Signals;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly publicOrigin: string | undefined;
  readonly addressOf: ClientAddress;
  readonly log: Log;
  readonly lifetime: Lifetime;
}): void {
  const { foundations, engine, logs, lifetime } = parts;
  const { access, validity } = foundations;
  const hub = new LiveHub({ ...parts, access, validity, views: engine.views, attempts: engine.attempts, queries: logs.queries });
  const strangers = createTryLimiter(strangerTries);
  const link = createLiveLink({ ...parts, httpServer: parts.server, hub, users: foundations.authenticator, strangers });
  lifetime.owns(() => link.close());
}
