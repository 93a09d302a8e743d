import type { AttemptId, OfferId, Reason } from '@drover/protocol';
import type { AgentReply, AttemptResult, ControllerMessage, HeldAttempt, HelloReply } from '@drover/protocol/agent';
import { crashPoint } from '../../crash-points.js';
import { messageOf } from '../../shared/logger.js';
import { LogSender } from '../../spool/log-sender.js';
import { admit, type Offer } from './admission.js';
import type { AssignmentPorts } from './assignment-ports.js';
import type { Attempt } from '../attempt.js';
import { AwayWatch } from './away-watch.js';
import { statement, type Finished, type Held, type Running, type Starting } from './held.js';
import { recoverHeld } from './recovery.js';
import { Reporter } from './reporter.js';
import { launch, unlaunched } from './launch.js';

type StopMessage = Extract<ControllerMessage, { type: 'stopAttempt' }>;
type Granted = Extract<AgentReply<'accept'>, { ok: true }>;

/** The attempts that this agent holds, each in a slot, from the offer to the acknowledged result. */
export class Assignments {
  readonly #ports: AssignmentPorts;
  readonly #held = new Map<AttemptId, Held>();
  /** Offers that wait for the slot of an attempt whose result is on its way: the controller knows it already, its answer comes behind them. */
  readonly #parked = new Map<AttemptId, Offer>();
  readonly #sender: LogSender;
  readonly #reporter: Reporter;
  readonly #away: AwayWatch;
  /** Finished ones that are being released. */
  readonly #releasing = new Set<AttemptId>();
  readonly #background = new Set<Promise<void>>();
  #onChange: () => void = () => undefined;
  #isAbandoned = false;

  constructor(ports: AssignmentPorts) {
    this.#ports = ports;
    this.#sender = new LogSender({
      ...ports,
      onStored: (attemptId) => this.#logStored(attemptId),
      onStale: (attemptId) => this.drop(attemptId),
    });
    this.#reporter = new Reporter(ports, {
      onAcceptAnswered: (attemptId, offerId, reply) => this.#accepted(attemptId, offerId, reply),
      onFinishAnswered: (attemptId, reply) => this.#finishAnswered(attemptId, reply),
      onStale: (attemptId) => this.drop(attemptId),
    });
    this.#away = new AwayWatch(ports.clock, ports.linkLife);
  }

  /** G8: takes up what an earlier process held, and reports what it left running as lost. Before the link starts. */
  async recover(): Promise<void> {
    for (const held of await recoverHeld(this.#ports)) {
      this.#held.set(held.attemptId, held);
      if (held.state === 'accepting') this.#reporter.accept(held);
      if (held.state === 'finished' && held.file) this.#sender.add(held.attemptId, held.fencing, held.file);
    }
  }

  /** What the hello says is held. */
  statements(): HeldAttempt[] {
    return [...this.#held.values()].flatMap((held) => statement(held) ?? []);
  }

  /** Attempts that this process has begun and not ended; an offer that was only taken can as well be taken up by the next one. */
  get running(): number {
    return [...this.#held.values()].filter(({ state }) => state === 'starting' || state === 'running').length;
  }

  get size(): number {
    return this.#held.size;
  }

  /** Called whenever an attempt was taken, has ended or was released. */
  onChange(call: () => void): void {
    this.#onChange = call;
  }

  /** The controller has answered the hello: carries out its verdicts, then sends what is due. */
  resume({ attempts }: Pick<HelloReply, 'attempts'>): void {
    for (const { attemptId, verdict } of attempts) {
      if (verdict === 'drop') this.drop(attemptId);
      if (verdict === 'stop') this.#stop(attemptId, { code: 'stopped', parameters: { who: 'the controller' } });
    }
    this.#sender.resume(new Map(attempts.map(({ attemptId, logEnd }) => [attemptId, logEnd])));
    this.#reporter.resume();
    this.#away.check();
  }

  /** The connection is gone: everything continues, nothing is sent. */
  pause(): void {
    this.#parked.clear();
    this.#sender.pause();
    this.#away.check();
  }

  /**
   * G13: an offer is journaled, then asked for. One that is held already is not news; a new offer of an attempt that is
   * still being asked for takes the place of the old one, which ended with the connection that it came over.
   */
  offered(offer: Offer): void {
    crashPoint('agent.offer.received');
    this.#consider(offer);
  }

  /** The controller no longer waits for the answer to an offer. */
  withdrawn({ attemptId, offerId }: Pick<Offer, 'attemptId' | 'offerId'>): void {
    if (this.#parked.get(attemptId)?.offerId === offerId) this.#parked.delete(attemptId);
  }

  #consider(offer: Offer): void {
    const { attemptId, offerId } = offer;
    const known = this.#held.get(attemptId);
    if (known && (known.state !== 'accepting' || known.offerId === offerId)) return;
    const others = [...this.#held.values()].filter((held) => held !== known);
    const admission = admit(offer, { ...this.#ports.admissionFacts(), takenSlots: new Set(others.map(({ slot }) => slot)) });
    if (!admission.ok) return this.#unadmitted(offer, admission.reason);
    const held: Held = { state: 'accepting', attemptId, offerId, slot: admission.slot };
    this.#held.set(attemptId, held);
    this.#inBackground(async () => {
      try {
        await this.#ports.journal.append({ type: 'accepted', attemptId, offerId, slot: held.slot });
      } catch (error) {
        if (this.#held.get(attemptId) === held) this.#forget(attemptId);
        return this.#reporter.decline(attemptId, offerId, { code: 'spoolBroken', parameters: { detail: messageOf(error) } });
      }
      crashPoint('agent.accept.journaled');
      // Meanwhile a later offer may have taken its place: a claim that nobody waits for would never be carried out.
      if (this.#held.get(attemptId) === held) this.#reporter.accept(held);
    });
  }

  #unadmitted(offer: Offer, reason: Reason): void {
    const ending = [...this.#held.values()].filter(({ state }) => state === 'finished').length;
    if (reason.code === 'agentNoFreeSlot' && ending > this.#parked.size) this.#parked.set(offer.attemptId, offer);
    else this.#reporter.decline(offer.attemptId, offer.offerId, reason);
  }

  /** False if the attempt is not held. */
  stop({ attemptId, reason, atOnce }: Pick<StopMessage, 'attemptId' | 'reason' | 'atOnce'>): boolean {
    crashPoint('agent.stop.received');
    const held = this.#held.get(attemptId);
    if (atOnce && held?.state === 'running') held.attempt.abandon({ outcome: 'stopped', reason });
    return this.#stop(attemptId, reason);
  }

  /** The attempt was given up: kills it, forgets its log and result. */
  drop(attemptId: AttemptId): void {
    crashPoint('agent.drop.received');
    const held = this.#held.get(attemptId);
    if (!held || held.state === 'accepting') return;
    if (held.state === 'finished') return this.#release(held, 'dropped');
    if (held.isDropped) return;
    this.#ports.logger.warn('an attempt was given up by the controller', { attemptId });
    this.#held.set(attemptId, { ...held, isDropped: true });
    if (held.state === 'running')
      held.attempt.abandon({ outcome: 'lost', reason: { code: 'agentDropped', parameters: { agent: this.#ports.agentName() } } });
  }

  watchLog(attemptId: AttemptId, watched: boolean): void {
    if (this.#held.has(attemptId)) this.#sender.watch(attemptId, watched);
  }

  /** The agent is told to end at once: kills what runs; the results say that the agent stopped, so that the policy decides. */
  abandonAll(): void {
    this.#isAbandoned = true;
    for (const held of this.#held.values()) if (held.state === 'running') this.#abandon(held.attempt);
  }

  #abandon(attempt: Attempt): void {
    attempt.abandon({ outcome: 'lost', reason: { code: 'agentCrashed', parameters: { agent: this.#ports.agentName() } } });
  }

  /** Resolves when no file is open and nothing is being written. What is held stays in the journal. */
  async close(): Promise<void> {
    this.#reporter.close();
    this.#sender.pause();
    while (this.#background.size > 0) await Promise.all(this.#background);
    for (const held of this.#held.values()) if ('file' in held) await held.file?.close();
    await this.#ports.hands.close();
  }

  #stop(attemptId: AttemptId, reason: Reason): boolean {
    const held = this.#held.get(attemptId);
    if (!held) return false;
    if (held.state === 'running') held.attempt.stop(reason);
    if (held.state === 'starting') this.#held.set(attemptId, { ...held, stop: held.stop ?? reason });
    return true;
  }

  #accepted(attemptId: AttemptId, offerId: OfferId, reply: AgentReply<'accept'>): void {
    const held = this.#held.get(attemptId);
    if (held?.state !== 'accepting' || held.offerId !== offerId) return;
    if (reply.ok) return this.#granted({ state: 'starting', attemptId, slot: held.slot, fencing: reply.fencing, isDropped: false }, reply);
    this.#ports.logger.info('an offer went elsewhere', { attemptId, code: reply.code });
    this.#inBackground(async () => {
      await this.#journalRelease(attemptId, 'refused');
      if (this.#held.get(attemptId) === held) this.#forget(attemptId);
    });
  }

  #granted(starting: Starting, { spec }: Granted): void {
    crashPoint('agent.accept.granted');
    const { attemptId } = starting;
    this.#held.set(attemptId, starting);
    this.#inBackground(async () => {
      const launched = await launch(this.#ports, starting, spec, (steps) => this.#progressed(attemptId, starting.fencing, steps));
      const told = this.#held.get(attemptId);
      if (told?.state !== 'starting') return;
      if (!launched.ok) return this.#finish(told, unlaunched(this.#ports, launched.detail), undefined);
      const running: Running = { ...told, state: 'running', spec, attempt: launched.attempt, file: launched.file };
      this.#held.set(attemptId, running);
      this.#sender.add(attemptId, starting.fencing, launched.file);
      await this.#run(running, told.stop);
    });
  }

  async #run({ attemptId, attempt, spec, isDropped, file }: Running, stop: Reason | undefined): Promise<void> {
    const agent = this.#ports.agentName();
    if (stop) attempt.stop(stop);
    if (isDropped) attempt.abandon({ outcome: 'lost', reason: { code: 'agentDropped', parameters: { agent } } });
    if (this.#isAbandoned) this.#abandon(attempt);
    const limitSeconds = spec.recovery.waitSeconds;
    this.#away.add(attemptId, spec.recovery, () =>
      attempt.abandon({ outcome: 'lost', reason: { code: 'agentLost', parameters: { agent, limitSeconds } } }),
    );
    this.#ports.logger.info('an attempt begins', { attemptId, task: spec.taskName });
    const result = await attempt.run();
    crashPoint('agent.finish.decided');
    this.#away.remove(attemptId);
    this.#ports.logger.info('an attempt has ended', { attemptId, outcome: result.outcome });
    const held = this.#held.get(attemptId);
    if (held?.state === 'running') await this.#finish(held, result, file);
  }

  /** Durable first, then delivered. If it can't be written it is delivered all the same: after a crash it would count as lost. */
  async #finish(held: Starting | Running, result: AttemptResult, file: Finished['file']): Promise<void> {
    const { attemptId, slot, fencing } = held;
    const finished: Finished = { state: 'finished', attemptId, slot, fencing, result, file };
    if (held.isDropped) return this.#release(finished, 'dropped');
    await this.#ports.journal
      .append({ type: 'finished', attemptId, result })
      .catch((error: unknown) => this.#ports.logger.error('a result could not be journaled', { attemptId, error: messageOf(error) }));
    crashPoint('agent.finish.journaled');
    const isDropped = this.#isDropped(attemptId);
    this.#held.set(attemptId, finished);
    this.#onChange();
    if (isDropped) return this.#release(finished, 'dropped');
    if (!file || this.#sender.isStored(attemptId)) this.#logStored(attemptId);
  }

  #isDropped(attemptId: AttemptId): boolean {
    const held = this.#held.get(attemptId);
    return held !== undefined && 'isDropped' in held && held.isDropped;
  }

  #progressed(attemptId: AttemptId, fencing: number, steps: AttemptResult['steps']): void {
    this.#sender.hurry(attemptId);
    this.#ports.journal.append({ type: 'steps', attemptId, steps }).catch(() => undefined); // of use after a crash only
    this.#reporter.progress(attemptId, fencing, steps);
  }

  #logStored(attemptId: AttemptId): void {
    const held = this.#held.get(attemptId);
    if (held?.state === 'finished') this.#reporter.finished(held);
  }

  #finishAnswered(attemptId: AttemptId, reply: AgentReply<'finished'>): void {
    const held = this.#held.get(attemptId);
    if (held?.state !== 'finished') return;
    if (!reply.ok) this.#ports.logger.warn('a result was not taken', { attemptId, code: reply.code, detail: reply.detail });
    this.#release(held, reply.ok ? 'acknowledged' : 'dropped');
  }

  /** Drops an attempt: first in the journal, then its log. */
  #release(held: Finished, why: 'acknowledged' | 'dropped'): void {
    const { attemptId, file } = held;
    if (this.#releasing.has(attemptId)) return;
    this.#releasing.add(attemptId);
    this.#sender.remove(attemptId);
    this.#reporter.forget(attemptId);
    this.#inBackground(async () => {
      await this.#journalRelease(attemptId, why);
      await this.#removeLog(attemptId, file);
      this.#forget(attemptId);
    });
  }

  /** A log that cannot be removed keeps no slot: the next start of the agent removes it. */
  async #removeLog(attemptId: AttemptId, file: Finished['file']): Promise<void> {
    try {
      await file?.close();
      await this.#ports.spool.remove(attemptId);
    } catch (error) {
      this.#ports.logger.error('a log could not be removed', { attemptId, error: messageOf(error) });
    }
  }

  async #journalRelease(attemptId: AttemptId, why: 'acknowledged' | 'dropped' | 'refused'): Promise<void> {
    await this.#ports.journal
      .append({ type: 'released', attemptId, why })
      .catch((error: unknown) => this.#ports.logger.error('a release could not be journaled', { attemptId, error: messageOf(error) }));
    if (why === 'acknowledged') crashPoint('agent.acknowledge.journaled');
    if (why === 'dropped') crashPoint('agent.drop.journaled');
  }

  #forget(attemptId: AttemptId): void {
    this.#sender.remove(attemptId);
    this.#held.delete(attemptId);
    this.#releasing.delete(attemptId);
    for (const offer of [...this.#parked.values()]) {
      this.#parked.delete(offer.attemptId);
      this.#consider(offer);
    }
    this.#onChange();
  }

  #inBackground(work: () => Promise<void>): void {
    const promise: Promise<void> = work()
      .catch((error: unknown) => this.#ports.logger.error('something went wrong inside', { error: messageOf(error) }))
      .finally(() => this.#background.delete(promise));
    this.#background.add(promise);
  }
}
