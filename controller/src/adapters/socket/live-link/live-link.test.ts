import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { assert } from 'chai';
import { io, type Socket } from 'socket.io-client';
import {
  asId,
  attemptIdOf,
  type AgentId,
  type PipelineId,
  type ProjectId,
  type RunId,
  type SessionId,
  type UserId,
} from '@drover/protocol';
import type { RunSummary, RunView } from '@drover/protocol/api';
import { liveEvent, liveLinkPath, logCreditBytes, type LiveMessage, type LiveReply } from '@drover/protocol/live';
import { createLogs, type Logs } from '../../../services/logs/create-logs.js';
import { LiveHub, maxSubscriptions } from '../../../services/live/live-hub.js';
import type { UserActor } from '../../../services/ports/access.js';
import type { Log, Timers } from '../../../services/ports/environment.js';
import type { Signal } from '../../../services/ports/signals.js';
import { integrityInMemory } from '../../../testing/integrity.js';
import { createTryLimiter } from '../../limits/try-limiter.js';
import { MemoryLogStorage } from '../../logs/memory-log-storage.js';
import { createLiveLink, type LiveLink } from './live-link.js';

const projectId = asId<ProjectId>('01jd0000000000000000000prj');
const pipelineId = asId<PipelineId>('01jd0000000000000000000ppn');
const runId = asId<RunId>('01jd0000000000000000000rvn');
const agentId = asId<AgentId>('01jd00000000000000000agent');
const attemptId = attemptIdOf(runId, 'compile', 1);
const log = { projectId, runId, attemptId };
const quiet: Log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined, with: () => quiet };
const timers: Timers = {
  after: (delayMs, action) => {
    const timer = setTimeout(action, delayMs);
    return () => clearTimeout(timer);
  },
};

const person = (name: string): UserActor => ({
  type: 'user',
  userId: asId<UserId>(name),
  name,
  administrator: false,
  scopes: new Set([name === 'writer' ? 'write' : 'read']),
  sessionId: asId<SessionId>(`session of ${name}`),
  via: 'session',
});

/** A browser: keeps what it is told and waits for what it wants to hear. */
class Browser {
  readonly heard: LiveMessage[] = [];
  private wake = (): void => undefined;

  constructor(readonly socket: Socket) {
    socket.on(liveEvent, (message: LiveMessage) => {
      this.heard.push(message);
      this.wake();
    });
  }

  ask(request: object): Promise<LiveReply> {
    return this.socket.timeout(5_000).emitWithAck(liveEvent, request);
  }

  async hears<T extends LiveMessage['type']>(
    type: T,
    isIt: (message: Extract<LiveMessage, { type: T }>) => boolean = () => true,
  ): Promise<Extract<LiveMessage, { type: T }>> {
    for (;;) {
      const found = this.heard.find(
        (message): message is Extract<LiveMessage, { type: T }> =>
          message.type === type && isIt(message as Extract<LiveMessage, { type: T }>),
      );
      if (found) return found;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  /** All bytes of the log so far, put at their places. */
  logBytes(): Buffer {
    const pieces = this.heard.filter((message) => message.type === 'logBytes');
    const whole = Buffer.alloc(Math.max(0, ...pieces.map(({ offset, bytes }) => offset + bytes.length)));
    for (const { offset, bytes } of pieces) whole.set(bytes, offset);
    return whole;
  }
}

describe('the live link of browsers', () => {
  let http: Server;
  let link: LiveLink;
  let logs: Logs;
  let storage: MemoryLogStorage;
  let reads: number;
  let members: Set<string>;
  let revision: number;
  const expiries = new Map<string, number>();
  const listeners = new Set<(signal: Signal) => void>();
  const told: Signal[] = [];
  const browsers: Browser[] = [];

  const publish = (signal: Signal): void => {
    told.push(signal);
    for (const listener of listeners) listener(signal);
  };
  const changed = (): void => {
    revision += 1;
    publish({ type: 'runChanged', projectId, pipelineId, runId });
  };

  beforeEach(async () => {
    members = new Set(['ann', 'bob']);
    revision = 0;
    reads = 0;
    told.length = 0;
    expiries.clear();
    storage = new MemoryLogStorage();
    const signals = {
      publish,
      subscribe: (listener: (signal: Signal) => void) => (listeners.add(listener), () => void listeners.delete(listener)),
    };
    logs = createLogs({ storage, signals, timers, monotonic: { elapsedMs: () => performance.now() }, integrity: integrityInMemory() });
    const run = { id: runId, projectId } as RunView & RunSummary;
    const isMember = (actor: { readonly type: string }): boolean => actor.type === 'user' && members.has((actor as UserActor).userId);
    const hub = new LiveHub({
      views: {
        run: async (_runId, actor) => ({ ...run, revision, mayStop: actor.name === 'ann' }),
        runSummary: async () => (reads++, { ...run, revision }),
        attempt: async () => undefined,
        agent: async () => undefined,
        farm: async () => ({ slots: 4, busy: 1, queuedTasks: 0, agents: 1, agentsOnline: 1, pen: [] }),
        placeOfRun: async (id) => (id === runId ? { projectId } : undefined),
        placeOfPipeline: async (id) => (id === pipelineId ? { projectId } : undefined),
        mayWatchFarm: async () => true,
      },
      access: {
        permissions: async (actor) => new Set(isMember(actor) ? (['view'] as const) : []),
        visibleProjects: async (actor) => new Set(isMember(actor) ? [projectId] : []),
      },
      attempts: { find: async (id) => (id === attemptId ? { log, steps: [] } : undefined) },
      queries: logs.queries,
      signals,
      validity: { goodUntil: async ({ userId }) => expiries.get(userId) ?? Infinity },
      clock: { now: () => Date.now() },
      timers,
      log: quiet,
    });
    http = createServer();
    link = createLiveLink({
      httpServer: http,
      hub,
      users: {
        user: async ({ session, bearer }) => {
          const name = session ?? bearer;
          if (name === undefined || name === 'nobody') return undefined;
          return name === 'new' ? { ...person(name), mustChangePassword: true } : person(name);
        },
        isRecent: () => true,
      },
      strangers: createTryLimiter({ tries: 20, seconds: 10 }),
      addressOf: ({ socket }) => socket.remoteAddress ?? '',
      publicOrigin: 'https://drover.example',
      log: quiet,
    });
    await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  });

  afterEach(async () => {
    for (const { socket } of browsers.splice(0)) socket.disconnect();
    await link.close();
    await logs.close();
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  });

  function open(headers: Record<string, string>, transports: Array<'websocket' | 'polling'> = ['websocket']): Browser {
    const { port } = http.address() as AddressInfo;
    const socket = io(`http://127.0.0.1:${port}`, {
      path: liveLinkPath,
      transports,
      extraHeaders: headers,
      reconnection: false,
      forceNew: true,
    });
    const browser = new Browser(socket);
    browsers.push(browser);
    return browser;
  }

  async function join(name: string): Promise<Browser> {
    const browser = open({ Cookie: `drover_session=${name}`, Origin: 'https://drover.example' });
    await new Promise<void>((resolve, reject) => browser.socket.once('connect', resolve).once('connect_error', reject));
    return browser;
  }

  // prettier-ignore
  const admissions: Array<[title: string, headers: Record<string, string>, admitted: boolean]> = [
    ['a session from the own origin',       { Cookie: 'drover_session=ann', Origin: 'https://drover.example' }, true],
    ['a session from another origin',       { Cookie: 'drover_session=ann', Origin: 'https://evil.example' },   false],
    ['a session without an origin',         { Cookie: 'drover_session=ann' },                                   false],
    ['a bearer token without an origin',    { Authorization: 'Bearer ann' },                                    true],
    ['a broken token beside a session',     { Authorization: 'Bearer ', Cookie: 'drover_session=ann', Origin: 'https://evil.example' }, false],
    ['two tokens beside a session',         { Authorization: 'Bearer a b', Cookie: 'drover_session=ann', Origin: 'https://evil.example' }, false],
    ['an unknown session',                  { Cookie: 'drover_session=nobody', Origin: 'https://drover.example' }, false],
    ['somebody who has yet to choose a password', { Cookie: 'drover_session=new', Origin: 'https://drover.example' }, false],
    ['nobody',                              { Origin: 'https://drover.example' },                               false],
  ];
  for (const [title, headers, admitted] of admissions) {
    it(`A4 ${admitted ? 'admits' : 'turns away'} ${title}`, async () => {
      const { socket } = open(headers);
      const outcome = await new Promise((resolve) =>
        socket.once('connect', () => resolve(true)).once('connect_error', () => resolve(false)),
      );
      assert.equal(outcome, admitted);
    });
  }

  it('A4 speaks websocket only', async () => {
    const { socket } = open({ Authorization: 'Bearer ann' }, ['polling']);
    await new Promise((resolve) => socket.once('connect_error', resolve));
  });

  it('V3 shows a run at once and as it changes, to each as far as they may', async () => {
    const [ann, bob] = [await join('ann'), await join('bob')];
    assert.deepEqual(await ann.ask({ type: 'watchRun', runId }), { ok: true, topic: `run:${runId}` });
    await bob.ask({ type: 'watchRun', runId });
    assert.isTrue((await ann.hears('run')).run.mayStop);
    changed();
    assert.equal((await ann.hears('run', ({ run }) => run.revision === 1)).run.mayStop, true);
    assert.equal((await bob.hears('run', ({ run }) => run.revision === 1)).run.mayStop, false);
  });

  it('L7 reads a run once for all who watch lists, and not for each of many changes', async () => {
    const [ann, bob, eve] = [await join('ann'), await join('bob'), await join('eve')];
    await ann.ask({ type: 'watchRuns' });
    await bob.ask({ type: 'watchRuns', projectId });
    await eve.ask({ type: 'watchRuns' });
    for (let count = 0; count < 50; count++) changed();
    await ann.hears('runSummary', ({ run }) => run.revision === 50);
    await bob.hears('runSummary', ({ run }) => run.revision === 50);
    assert.isAtMost(reads, 3);
    await eve.ask({ type: 'watchFarm' });
    await eve.hears('farm');
    assert.deepEqual(
      eve.heard.map(({ type }) => type),
      ['farm'],
    );
  });

  it('A4 does not even tell strangers that something is there', async () => {
    const eve = await join('eve');
    for (const request of [
      { type: 'watchRun', runId },
      { type: 'watchLog', attemptId, offset: 0 },
      { type: 'watchRuns', projectId },
      { type: 'watchRuns', pipelineId },
    ]) {
      assert.include(await eve.ask(request), { ok: false, code: 'notFound' });
    }
  });

  it('A4 stops showing what a person may no longer see', async () => {
    const ann = await join('ann');
    await ann.ask({ type: 'watchRun', runId });
    await ann.ask({ type: 'watchLog', attemptId, offset: 0 });
    await ann.hears('run');
    members.delete('ann');
    publish({ type: 'accessChanged', userId: asId<UserId>('ann'), projectId });
    await until(() => told.some((signal) => signal.type === 'logWatched' && !signal.watched));
    ann.heard.length = 0;
    changed();
    await logs.intake.append(log, { offset: 0, bytes: Buffer.from('secret'), marks: [] });
    await ann.ask({ type: 'watchFarm' });
    await ann.hears('farm');
    assert.deepEqual(
      ann.heard.map(({ type }) => type),
      ['farm'],
    );
  });

  it('A5 closes a session that has ended', async () => {
    const [ann, bob] = [await join('ann'), await join('bob')];
    const gone = new Promise((resolve) => ann.socket.once('disconnect', resolve));
    publish({ type: 'sessionEnded', userId: asId<UserId>('ann'), sessionId: asId<SessionId>('session of ann') });
    await ann.hears('signedOut');
    await gone;
    assert.isTrue(bob.socket.connected);
  });

  it('answers what is no request, and too many of them', async () => {
    const ann = await join('ann');
    assert.include(await ann.ask({ type: 'watchEverything' }), { ok: false, code: 'invalid' });
    assert.include(await ann.ask({ type: 'watchRun', runId, extra: 1 }), { ok: false, code: 'invalid' });
    for (let count = 0; count < maxSubscriptions; count++) {
      await ann.ask({ type: 'watchRuns', projectId: asId<ProjectId>(`01jd${String(count).padStart(22, '0')}`) });
    }
    assert.include(await ann.ask({ type: 'watchFarm' }), { ok: false, code: 'tooMany' });
    await ann.ask({ type: 'unwatch', topic: 'runs:01jd0000000000000000000000' });
    assert.include(await ann.ask({ type: 'watchFarm' }), { ok: true });
  });

  it('V4 follows a log, with the moments of its bytes', async () => {
    await logs.intake.append(log, { offset: 0, bytes: Buffer.from('before\n'), marks: [[0, 1_000]] });
    const ann = await join('ann');
    await ann.ask({ type: 'watchLog', attemptId, offset: 0 });
    await logs.intake.append(log, { offset: 7, bytes: Buffer.from('after\n'), marks: [[7, 2_000]] });
    await ann.hears('logBytes', ({ offset, bytes }) => offset + bytes.length === 13);
    assert.equal(String(ann.logBytes()), 'before\nafter\n');
    assert.deepEqual(ann.heard.flatMap((message) => (message.type === 'logBytes' ? message.marks : [])).at(-1), [7, 2_000]);
  });

  it('V4 tells agents when the first viewer of a log comes and the last has gone', async () => {
    const [ann, bob] = [await join('ann'), await join('bob')];
    await ann.ask({ type: 'watchLog', attemptId, offset: 0 });
    await bob.ask({ type: 'watchLog', attemptId, offset: 0 });
    await ann.ask({ type: 'unwatch', topic: `log:${attemptId}` });
    bob.socket.disconnect();
    await until(() => told.filter(({ type }) => type === 'logWatched').length === 2);
    assert.deepEqual(told, [
      { type: 'logWatched', attemptId, watched: true },
      { type: 'logWatched', attemptId, watched: false },
    ]);
  });

  it('V4 sends a viewer no more than its credit, then names the gap', async () => {
    const printed = Buffer.alloc(4 * logCreditBytes, 'line of a log\n');
    const ann = await join('ann');
    await ann.ask({ type: 'watchLog', attemptId, offset: 0 });
    for (let offset = 0; offset < printed.length; offset += 262_144) {
      await logs.intake.append(log, { offset, bytes: printed.subarray(offset, offset + 262_144), marks: [] });
    }
    await ann.hears('logBytes', ({ offset, bytes }) => offset + bytes.length >= logCreditBytes || offset > logCreditBytes);
    await ann.ask({ type: 'logCredit', attemptId, taken: logCreditBytes });
    const gap = await ann.hears('logGap');
    await ann.hears('logBytes', ({ offset, bytes }) => offset + bytes.length === printed.length);
    const sent = ann.heard.reduce((sum, message) => sum + (message.type === 'logBytes' ? message.bytes.length : 0), 0);
    assert.equal(sent + gap.to - gap.from, printed.length);
    assert.isAtMost(sent, 2 * logCreditBytes);
  });

  it('V4 begins near the end when asked to', async () => {
    const printed = Buffer.alloc(2_000_000, 'x');
    await storage.append(log, { offset: 0, bytes: printed, marks: [] });
    const ann = await join('ann');
    await ann.ask({ type: 'watchLog', attemptId, offset: 0, tailBytes: 100 });
    const { offset, bytes } = await ann.hears('logBytes');
    assert.deepEqual([offset, bytes.length], [1_999_900, 100]);
  });

  it('V4 reads a log once for many viewers', async () => {
    const watchers = await Promise.all(Array.from({ length: 40 }, () => join('ann')));
    for (const watcher of watchers) await watcher.ask({ type: 'watchLog', attemptId, offset: 0 });
    let reads = 0;
    const read = storage.read.bind(storage);
    storage.read = (...request) => (reads++, read(...request));
    await logs.intake.append(log, { offset: 0, bytes: Buffer.from('for all of you\n'), marks: [] });
    for (const watcher of watchers) assert.equal(String((await watcher.hears('logBytes')).bytes), 'for all of you\n');
    assert.equal(reads, 1);
  });

  it('A5 ends with the session’s time, and for that viewer alone', async () => {
    const bob = await join('bob');
    expiries.set('ann', Date.now() + 30);
    const ann = open({ Cookie: 'drover_session=ann', Origin: 'https://drover.example' });
    const closed = new Promise((resolve) => ann.socket.once('disconnect', resolve));
    await ann.hears('signedOut');
    assert.equal(await closed, 'io server disconnect');
    assert.isTrue((await bob.ask({ type: 'watchRuns' })).ok);
  });

  it('G5 tells of agents that are gone', async () => {
    const ann = await join('ann');
    await ann.ask({ type: 'watchAgents' });
    publish({ type: 'agentGone', agentId });
    assert.equal((await ann.hears('agentGone')).agentId, agentId);
  });
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setImmediate(resolve));
}
