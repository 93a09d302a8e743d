import type { Server } from 'node:http';
import { createLiveLink } from '../adapters/socket/live-link/live-link.js';
import { LiveHub } from '../services/live/live-hub.js';
import type { Logs } from '../services/logs/create-logs.js';
import type { Clock, Log, Timers } from '../services/ports/environment.js';
import type { Signals } from '../services/ports/signals.js';
import type { Foundations } from './accounts-and-pipelines.js';
import type { RunningEngine } from './engine.js';
import type { Lifetime } from './lifetime.js';

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
  readonly log: Log;
  readonly lifetime: Lifetime;
}): void {
  const { foundations, engine, logs, lifetime } = parts;
  const { access, validity } = foundations;
  const hub = new LiveHub({ ...parts, access, validity, views: engine.views, attempts: engine.attempts, queries: logs.queries });
  const link = createLiveLink({ ...parts, httpServer: parts.server, hub, users: foundations.authenticator });
  lifetime.owns(() => link.close());
}
