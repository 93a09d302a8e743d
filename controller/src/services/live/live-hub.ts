import type { PipelineId, ProjectId } from '@drover/protocol';
import type { LiveReply, LiveRequest } from '@drover/protocol/live';
import type { Place } from '../../domain/access/permissions.js';
import type { AttemptDirectory } from '../logs/attempt-directory.js';
import type { LogQueries } from '../logs/log-queries.js';
import { covers } from '../access/door.js';
import { Background } from '../background.js';
import { Deadlines } from '../deadlines.js';
import type { Access, Validity } from '../ports/access.js';
import type { Clock, Log, Timers } from '../ports/environment.js';
import type { Signal, Signals } from '../ports/signals.js';
import { LogFeeds } from './log-feeds.js';
import { Paced } from './paced.js';
import { nameOf, Subscriptions, type Topic } from './subscriptions.js';
import { Updates } from './updates.js';
import type { Viewer, Views } from './views.js';

export interface LiveHubPorts {
  readonly views: Views;
  readonly access: Access;
  readonly attempts: AttemptDirectory;
  readonly queries: LogQueries;
  readonly signals: Signals;
  readonly validity: Validity;
  readonly clock: Clock;
  readonly timers: Timers;
  readonly log: Log;
}

/** Things that one viewer may watch at once. */
export const maxSubscriptions = 50;
/** A topic is sent this often at most. */
const updateEveryMs = 100;
/** What does not expire, or could not be read, is looked at again after this long. */
const longestTrustMs = 86_400_000;
const readAgainMs = 10_000;

const notThere: LiveReply = { ok: false, code: 'notFound', detail: 'There is no such thing to watch.' };
const done = (topic: string): LiveReply => ({ ok: true, topic });

/** Keeps browsers up to date: who watches what, may they, and what they are sent (L7, V3, V4, A4). */
export class LiveHub {
  private readonly subscriptions = new Subscriptions();
  private readonly viewers = new Set<Viewer>();
  private readonly background: Background;
  private readonly paced: Paced;
  private readonly feeds: LogFeeds;
  private readonly updates: Updates;
  /** When it is looked at again whether a viewer is still signed in (A5). */
  private readonly expiries: Deadlines<Viewer>;
  private readonly unsubscribe: () => void;
  /** Grows with each change of access: a permission that was looked up before one is looked up again. */
  private accessChanges = 0;

  constructor(private readonly ports: LiveHubPorts) {
    this.background = new Background(ports.log);
    this.paced = new Paced({ timers: ports.timers, background: this.background }, updateEveryMs);
    this.feeds = new LogFeeds({ ...ports, background: this.background });
    this.updates = new Updates({ ...ports, background: this.background, paced: this.paced, subscriptions: this.subscriptions });
    this.expiries = new Deadlines(ports.timers);
    this.unsubscribe = ports.signals.subscribe((signal) => this.onSignal(signal));
  }

  join(viewer: Viewer): void {
    this.viewers.add(viewer);
    this.expire(viewer); // it may have been signed out between its admission and now
  }

  leave(viewer: Viewer): void {
    this.viewers.delete(viewer);
    this.expiries.clear(viewer);
    this.updates.forget(viewer);
    for (const topic of this.subscriptions.leave(viewer)) this.stopped(viewer, topic);
  }

  /** Answers one request of a viewer. Watching the same again changes nothing, but for a log: it starts over at the offset. */
  async handle(viewer: Viewer, request: LiveRequest): Promise<LiveReply> {
    if (!covers(viewer.actor.scopes, 'read')) return { ok: false, code: 'unauthenticated', detail: 'This token may not read.' };
    if (request.type === 'unwatch') return this.unwatch(viewer, request.topic);
    if (request.type === 'logCredit') {
      this.feeds.credit(viewer, request.attemptId, request.taken);
      return done(`log:${request.attemptId}`);
    }
    const changes = this.accessChanges;
    const topic = await this.topicOf(request);
    if (!topic || !(await this.may(viewer, topic))) return notThere;
    if (!this.viewers.has(viewer)) return notThere; // left meanwhile
    const name = nameOf(topic);
    if (!this.subscriptions.has(viewer, name) && this.subscriptions.of(viewer).length >= maxSubscriptions) {
      return { ok: false, code: 'tooMany', detail: `At most ${maxSubscriptions} things can be watched at once.` };
    }
    this.subscriptions.add(viewer, topic);
    if (changes !== this.accessChanges) await this.recheck(viewer.actor.userId);
    if (!this.subscriptions.has(viewer, name)) return notThere;
    if (request.type === 'watchLog') await this.watchLog(viewer, request);
    else this.updates.first(viewer, topic);
    return done(name);
  }

  /** Waits for what is under way; sends nothing more. */
  async close(): Promise<void> {
    this.unsubscribe();
    this.paced.close();
    this.expiries.close();
    for (const viewer of this.viewers) this.leave(viewer);
    await this.background.idle();
  }

  private unwatch(viewer: Viewer, name: string): LiveReply {
    const topic = this.subscriptions.remove(viewer, name);
    if (topic) this.stopped(viewer, topic);
    return done(name);
  }

  private stopped(viewer: Viewer, topic: Topic): void {
    if (topic.type === 'log') this.feeds.unwatch(viewer, topic.attemptId);
  }

  private async watchLog(viewer: Viewer, { attemptId, offset, tailBytes }: Extract<LiveRequest, { type: 'watchLog' }>): Promise<void> {
    const found = await this.ports.attempts.find(attemptId);
    if (!found) return;
    await this.feeds.watch(viewer, found.log, { offset, ...(tailBytes === undefined ? {} : { tailBytes }) });
    if (!this.subscriptions.has(viewer, `log:${attemptId}`)) this.feeds.unwatch(viewer, attemptId); // left meanwhile
  }

  private async topicOf(request: Exclude<LiveRequest, { type: 'unwatch' | 'logCredit' }>): Promise<Topic | undefined> {
    const { views, attempts } = this.ports;
    switch (request.type) {
      case 'watchRuns':
        return this.runsTopic(request);
      case 'watchRun': {
        const place = await views.placeOfRun(request.runId);
        return place && { type: 'run', runId: request.runId, place };
      }
      case 'watchLog': {
        const found = await attempts.find(request.attemptId);
        return found && { type: 'log', attemptId: request.attemptId, place: { projectId: found.log.projectId } };
      }
      case 'watchAgents':
        return { type: 'agents' };
      case 'watchFarm':
        return { type: 'farm' };
    }
  }

  private async runsTopic({ projectId, pipelineId }: { projectId?: ProjectId; pipelineId?: PipelineId }): Promise<Topic | undefined> {
    if (pipelineId !== undefined) {
      const place = await this.ports.views.placeOfPipeline(pipelineId);
      return place && { type: 'runs', pipelineId, place };
    }
    return projectId === undefined ? { type: 'runs' } : { type: 'runs', projectId, place: { projectId } };
  }

  private async may(viewer: Viewer, topic: Topic): Promise<boolean> {
    if (topic.type === 'agents' || topic.type === 'farm') return this.ports.views.mayWatchFarm(viewer.actor);
    const place: Place | undefined = topic.place;
    return place === undefined || (await this.ports.access.permissions(viewer.actor, place)).has('view');
  }

  private onSignal(signal: Signal): void {
    switch (signal.type) {
      case 'logGrew':
        return this.feeds.grew(signal.attemptId, signal.end);
      case 'logWatched':
        return;
      case 'accessChanged':
        this.accessChanges++;
        return this.background.run('live access', () => this.recheck(signal.userId));
      case 'sessionEnded':
        return this.signOut(signal);
      default:
        return this.updates.on(signal);
    }
  }

  private async recheck(userId: Viewer['actor']['userId']): Promise<void> {
    for (const viewer of this.viewers) {
      if (viewer.actor.userId !== userId) continue;
      this.updates.forget(viewer);
      for (const topic of this.subscriptions.of(viewer)) {
        if (!(await this.may(viewer, topic))) this.unwatch(viewer, nameOf(topic));
      }
    }
  }

  private expire(viewer: Viewer): void {
    const again = (delayMs: number): void => {
      if (this.viewers.has(viewer)) this.expiries.set(viewer, delayMs, () => this.expire(viewer));
    };
    this.background.run('live expiry', async () => {
      try {
        const until = await this.ports.validity.goodUntil(viewer.actor);
        const leftMs = (until ?? 0) - this.ports.clock.now();
        if (leftMs <= 0) this.letGo(viewer);
        else again(Math.min(leftMs, longestTrustMs));
      } catch (error) {
        this.ports.log.warn('it could not be read whether a viewer is still signed in', { error });
        again(readAgainMs);
      }
    });
  }

  private letGo(viewer: Viewer): void {
    viewer.send({ type: 'signedOut' });
    this.leave(viewer);
    viewer.close();
  }

  private signOut({ userId, sessionId, tokenId }: Extract<Signal, { type: 'sessionEnded' }>): void {
    for (const viewer of this.viewers) {
      const { actor } = viewer;
      if (actor.userId !== userId || (sessionId !== undefined && actor.sessionId !== sessionId)) continue;
      if (tokenId !== undefined && actor.tokenId !== tokenId) continue;
      this.letGo(viewer);
    }
  }
}
