import { runIdOf, type AgentId, type DefinitionId } from '@drover/protocol';
import type { ControllerMessage } from '@drover/protocol/agent';
import type { DefinitionSnapshot } from '@drover/protocol/definition';
import type { AttemptRecord } from '../../domain/attempts/attempt.js';
import { AgentDirectory, type LiveAgent, type LiveSession } from '../agents/directory.js';
import { removedMessage } from '../agents/hello.js';
import { Gateway } from '../agents/gateway.js';
import { Heartbeat } from '../agents/heartbeat.js';
import { AgentSessions } from '../agents/sessions.js';
import { Background } from '../background.js';
import type { EnginePorts } from './engine-ports.js';
import { Memo } from '../memo.js';
import { persist, type Persistence } from '../persist.js';
import { Absence, type AbsencePorts } from '../placing/absence.js';
import { AttemptBoard, type LiveAttempt } from '../placing/board.js';
import { Claims } from '../placing/claims.js';
import { Durations } from '../placing/durations.js';
import { AttemptLedger, type LedgerListener } from '../placing/ledger.js';
import { LogSealer } from '../placing/sealer.js';
import { Placer } from '../placing/placer.js';
import { QueueTimes } from '../placing/queue-times.js';
import { SpecBuilder } from '../placing/spec.js';
import { Stops } from '../placing/stops.js';
import { Runners } from '../runs/runners.js';
import { RunDriver } from '../runs/driver.js';
import { NewestRuns } from '../runs/newest.js';
import { RunWorld } from '../runs/run-world.js';
import { SlotBook } from '../runs/slots.js';
import { SourceResolver } from '../runs/sources.js';
import { RunStarter } from '../runs/starting/starter.js';

/** So many snapshots, which never change, are kept in memory. */
const keptDefinitions = { keepMs: Number.MAX_SAFE_INTEGER, largest: 500 };

/** The parts of the engine, put together. What they tell each other goes through here. */
export class EngineCore {
  readonly ports: EnginePorts;
  readonly background: Background;
  readonly slots = new SlotBook();
  readonly board: AttemptBoard;
  readonly agents: AgentDirectory;
  readonly heartbeat: Heartbeat;
  readonly driver: RunDriver;
  readonly world: RunWorld;
  readonly starter: RunStarter;
  readonly sealer: LogSealer;
  readonly ledger: AttemptLedger;
  readonly placer: Placer;
  readonly absence: Absence;
  readonly stops: Stops;
  readonly queueTimes: QueueTimes;
  readonly sources: SourceResolver;
  readonly sessions: AgentSessions;
  readonly gateway: Gateway;
  readonly durations = new Durations();
  readonly newest: NewestRuns;
  readonly runners: Runners;
  readonly #persistence: Persistence;
  readonly #definitions: Memo<DefinitionId, DefinitionSnapshot | undefined>;
  /** Messages of agents are taken. */
  isReady = false;
  isClosed = false;

  /** Long because it is one list: who is made of what, and whom each tells; cut into pieces it would hide just that. */
  constructor(ports: EnginePorts) {
    this.ports = ports;
    const { stores, config, timers, monotonic, clock } = ports;
    const isClosed = (): boolean => this.isClosed;
    this.#persistence = { ...ports, isClosed };
    this.background = new Background(ports.log);
    this.#definitions = new Memo(monotonic, keptDefinitions);
    const shared = { ...ports, isClosed, background: this.background };
    const definition = (id: DefinitionId) => this.definition(id);
    this.board = new AttemptBoard(ports);
    this.agents = new AgentDirectory({
      ...shared,
      agents: stores.agents,
      gone: (live) => this.background.run('give up what a removed agent held', () => this.agentGone(live)),
    });
    this.heartbeat = new Heartbeat({ ...ports, ...config, heartbeats: stores.heartbeats });
    this.runners = new Runners(stores.runners);
    this.newest = new NewestRuns({ runs: stores.runs, definition });
    this.driver = new RunDriver(
      { ...shared, runs: stores.runs, definition, isShared: !config.exclusive },
      {
        folded: (fold) => {
          this.starter.folded(fold.after);
          this.world.folded(fold);
        },
        takenIn: (ids) => this.sealer.takenIn(ids),
        slotTaken: (record) => this.world.slotTaken(record),
        slotUnused: (record, snapshot) => this.world.slotUnused(record, snapshot),
        foundAhead: (record, snapshot) => {
          this.starter.folded(record);
          this.world.foundAhead(record, snapshot);
        },
      },
    );
    this.sources = new SourceResolver({ ...ports, post: (runId, event) => this.driver.post(runId, event) });
    this.queueTimes = new QueueTimes({
      timers,
      clock,
      abandon: (id, outcome, reason) => this.background.run('end in queue', () => this.ledger.abandon(id, outcome, reason)),
    });
    this.sealer = new LogSealer(
      {
        ...shared,
        sealed: ({ projectId, runId, _id }) => ports.signals.publish({ type: 'attemptChanged', projectId, runId, attemptId: _id }),
      },
      (ids) => this.world.takenIn(ids),
    );
    this.ledger = new AttemptLedger(
      {
        ...shared,
        attempts: stores.attempts,
        board: this.board,
        sealer: this.sealer,
        isCurrent: async (agentId, session) => {
          if (!config.exclusive) await this.agents.refresh(agentId);
          const live = this.agents.get(agentId);
          return live?.session === session && (config.exclusive || live.record.session?.epoch === session.epoch);
        },
        post: (event) => this.driver.post(runIdOf(event.attemptId), event),
        postLazily: (event) => this.driver.postLazily(runIdOf(event.attemptId), event),
      },
      this.#ledgerListener(),
    );
    this.world = new RunWorld({
      ...shared,
      ...this.#forWorld(),
      definition,
    });
    this.starter = new RunStarter({
      ...shared,
      ...config,
      pipelines: stores.pipelines,
      runs: stores.runs,
      slots: this.slots,
      opened: (record, snapshot, newest) => this.world.opened(newest, snapshot, record),
    });
    this.placer = new Placer({ ...ports, ...config, board: this.board, agents: this.agents });
    this.stops = new Stops({ ...ports, board: this.board, send: (agentId, message) => this.send(agentId, message) });
    const lose = (record: AttemptRecord, reason: Parameters<AttemptLedger['lose']>[2]) =>
      this.background.run('lose attempt', () => this.ledger.lose(record._id, record.fencing, reason));
    this.absence = new Absence({
      ...ports,
      board: this.board,
      agentName: (agentId) => this.agents.get(agentId)?.record.name ?? agentId,
      isConnected: (agentId) => this.agents.get(agentId)?.session !== undefined,
      awaySince: (agentId, now) => this.agents.awaySince(agentId, now),
      elsewhere: (agentId) => this.sessions.elsewhere(agentId),
      lose: (...verdict) => this.background.run('lose attempt', () => this.#loseUnlessElsewhere(...verdict)),
    });
    const forHello = { board: this.board, absence: this.absence, logs: ports.logs, lose };
    this.sessions = new AgentSessions(
      {
        ...shared,
        ...config,
        ...forHello,
        agents: this.agents,
        adoptHeld: (id) => this.#adoptHeld(id),
        isAlive: (id) => this.heartbeat.isAlive(id),
      },
      { ready: (agentId, session) => this.#agentReady(agentId, session), away: (agentId) => this.#agentAway(agentId) },
    );
    const specs = new SpecBuilder(ports);
    const claims = new Claims({
      board: this.board,
      agents: this.agents,
      ledger: this.ledger,
      placer: this.placer,
      specs,
      run: (runId) => this.driver.read(runId),
      definition,
    });
    this.gateway = new Gateway({
      ...shared,
      board: this.board,
      absence: this.absence,
      agents: this.agents,
      sessions: this.sessions,
      claims,
      ledger: this.ledger,
      placer: this.placer,
      stops: this.stops,
      isClosed: () => !this.isReady,
      isShared: !config.exclusive,
    });
  }

  /** A stored snapshot; undefined when there is none. */
  async definition(definitionId: DefinitionId): Promise<DefinitionSnapshot | undefined> {
    const snapshot = await this.#definitions.get(definitionId, () => this.ports.definitions.read(definitionId));
    if (snapshot === undefined) this.#definitions.forget(definitionId);
    return snapshot;
  }

  /** Nothing happens when the agent is not connected. */
  send(agentId: AgentId, message: ControllerMessage): void {
    this.agents.get(agentId)?.session?.connection.send(message);
  }

  /** The store has the agent no more: it is told so, its connection ends, and what it holds is given up. A claim that is written from here on finds no agent, and is waited for. */
  async agentGone({ record: { _id: agentId, name }, session }: LiveAgent): Promise<void> {
    const held = this.board.held(agentId);
    session?.connection.send(removedMessage);
    session?.connection.close('removed');
    for (const { record } of held)
      await this.ledger.lose(record._id, record.fencing, { code: 'agentDropped', parameters: { agent: name } });
    this.placer.withdraw(agentId);
  }

  async #adoptHeld(agentId: AgentId): Promise<void> {
    for (const record of await this.ports.stores.attempts.activeOf(agentId)) await this.ledger.refresh(record);
  }

  /** The agent may be connected to another controller, or was until a moment ago, or has just come back: it is waited for again then. */
  async #loseUnlessElsewhere(...[attemptId, fencing, reason, before]: Parameters<AbsencePorts['lose']>): Promise<void> {
    const agentId = this.board.get(attemptId)?.record.agentId;
    const isElsewhere = agentId !== undefined && (await this.#wasElsewhere(agentId, before));
    const isBack = agentId !== undefined && reason.code === 'agentLost' && this.#isHere(agentId);
    if (isElsewhere || isBack) this.absence.agentAway(agentId);
    else await this.ledger.lose(attemptId, fencing, reason);
  }

  /** It is connected, or its hello is being answered. */
  #isHere(agentId: AgentId): boolean {
    return this.agents.get(agentId)?.session !== undefined || this.sessions.isGreeting(agentId);
  }

  async #wasElsewhere(agentId: AgentId, before: string | undefined): Promise<boolean> {
    if (await persist('look for the agent', this.#persistence, () => this.sessions.isElsewhere(agentId))) return true;
    const now = this.sessions.elsewhere(agentId);
    return now !== undefined && now !== before;
  }

  #forWorld() {
    const { stores } = this.ports;
    return {
      slots: this.slots,
      ledger: this.ledger,
      sources: this.sources,
      runs: stores.runs,
      runEvents: stores.runEvents,
      attempts: stores.attempts,
      post: (...[runId, event]: Parameters<RunDriver['post']>) =>
        event === undefined ? Promise.resolve() : this.driver.post(runId, event),
      adopt: (record: Parameters<RunDriver['adopt']>[0]) => this.driver.adopt(record),
      changed: (...[record, snapshot]: Parameters<NewestRuns['note']>) => this.newest.note(record, snapshot),
    };
  }

  #ledgerListener(): LedgerListener {
    return {
      queued: (live) => {
        this.queueTimes.queued(live);
        this.#attemptChanged(live.record);
        this.placer.wake();
      },
      claimed: (record) => {
        this.queueTimes.left(record._id);
        const { agentId } = record;
        if (agentId !== undefined && this.agents.get(agentId)?.session === undefined) this.absence.agentAway(agentId); // cut off while the claim was written
        this.#attemptChanged(record);
      },
      foundHeld: (live) => {
        this.queueTimes.left(live.record._id);
        this.#awaitHolder(live);
        this.#attemptChanged(live.record);
      },
      stopping: (record) => {
        this.stops.demand(record);
        this.#attemptChanged(record);
      },
      finished: (record) => {
        this.queueTimes.left(record._id);
        this.absence.resumed(record._id);
        this.stops.ended(record._id);
        this.durations.note(record);
        this.#attemptChanged(record);
        this.placer.wake();
      },
    };
  }

  /** Its agent continues with the attempt, or is waited for: one that is connected and has not spoken of it may never have heard the yes. */
  #awaitHolder(live: LiveAttempt): void {
    const { agentId } = live.record;
    if (agentId === undefined) return;
    if (this.agents.get(agentId)?.session === undefined) this.absence.agentAway(agentId);
    else if (!live.isConfirmed) this.absence.unconfirmed(live, agentId);
  }

  #attemptChanged({ projectId, runId, _id, agentId }: AttemptRecord): void {
    const { signals } = this.ports;
    signals.publish({ type: 'attemptChanged', projectId, runId, attemptId: _id });
    signals.publish({ type: 'farmChanged' });
    const agent = agentId === undefined ? undefined : this.agents.get(agentId);
    if (agent !== undefined) this.agents.touched(agent);
  }

  #agentReady(agentId: AgentId, session: LiveSession): void {
    for (const live of this.board.held(agentId)) {
      if (live.record.stop !== undefined) this.stops.demand(live.record);
      if (live.isWatched) session.connection.send({ type: 'watchLog', attemptId: live.record._id, watched: true });
      this.#heldChanged(live);
    }
    this.placer.wake();
  }

  #agentAway(agentId: AgentId): void {
    this.absence.agentAway(agentId);
    this.placer.withdraw(agentId);
    this.board.held(agentId).forEach((live) => this.#heldChanged(live));
  }

  #heldChanged({ record }: LiveAttempt): void {
    const { projectId, pipelineId, runId, _id: attemptId } = record;
    this.ports.signals.publish({ type: 'attemptChanged', projectId, runId, attemptId });
    this.ports.signals.publish({ type: 'runChanged', projectId, pipelineId, runId });
  }
}
