import type { RunId } from '@drover/protocol';
import { settle } from '../../adapters/memory/time.js';
import { breachesOf } from '../../domain/runs/invariants.js';
import { sampleDefinition } from '../../domain/runs/fixtures.js';
import type { FakeAgent, Held } from './fake-agent.js';
import { ann, Farm, pipelineId } from './farm.js';
import type { Fault } from './failing-stores.js';

const maxRuns = 2;
const steps = 60;

/** Plays one random history of a farm; the breaches of invariants found in it, each as a sentence. The same seed plays the same history. */
export async function simulate(seed: number): Promise<readonly string[]> {
  return new History(seed).play();
}

class History {
  readonly #pick: (below: number) => number;
  readonly #breaches: string[] = [];
  readonly #runIds = new Set<RunId>();
  readonly #numbers = new Map<number, RunId>();
  readonly #agents: FakeAgent[] = [];
  readonly #farm: Farm;
  #isHostile = true;

  constructor(seed: number) {
    this.#pick = randomOf(seed);
    const stages = Array.from({ length: 1 + this.#pick(2) }, (_, stage) => ({
      mode: this.#pick(2) === 0 ? ('serial' as const) : ('parallel' as const),
      tasks: Array.from({ length: 1 + this.#pick(3) }, (_task, task) => `t${stage}-${task}`),
    }));
    const definition = sampleDefinition(stages, { concurrency: { maxRuns, whenFull: 'queue' } });
    this.#farm = new Farm(definition, { onCall: () => this.#fault() });
  }

  async play(): Promise<readonly string[]> {
    this.#isHostile = false;
    await this.#farm.open();
    for (let index = 0; index < 3; index += 1)
      this.#agents.push(await this.#farm.addAgent(`drover-${index}`, { slots: 1 + this.#pick(2) }));
    for (let step = 0; step < steps && this.#breaches.length === 0; step += 1) {
      this.#isHostile = true;
      await this.#act();
      await this.#check();
    }
    await this.#calmDown();
    return this.#breaches;
  }

  #fault(): Fault {
    if (!this.#isHostile || this.#pick(25) !== 0) return undefined;
    return this.#pick(2) === 0 ? 'before' : 'after';
  }

  async #act(): Promise<void> {
    const agent = this.#agents[this.#pick(this.#agents.length)];
    if (agent === undefined) return;
    switch (this.#pick(12)) {
      case 0:
      case 1:
        return this.#start();
      case 2:
        return this.#farm.time.advance(this.#pick(20_000));
      case 3:
        return agent.cut();
      case 4:
        return this.#pick(4) === 0 ? this.#crash() : undefined;
      case 5:
        return this.#pick(5) === 0 ? this.#stop() : undefined;
      case 6:
        return this.#pick(6) === 0 ? this.#farm.time.advance(700_000) : this.#farm.time.jump(this.#pick(100_000) - 50_000);
      case 7:
        return this.#connect(agent);
      default:
        return this.#work(agent);
    }
  }

  async #start(): Promise<void> {
    const key = `key-${this.#pick(1_000)}`;
    const started = this.#farm.service.start(ann, pipelineId, {}, key).catch(() => undefined);
    await this.#farm.time.advance(this.#pick(2) * 300);
    const result = await Promise.race([started, settle().then(() => undefined)]);
    if (result?.ok === true) this.#runIds.add(result.value.id);
  }

  async #crash(): Promise<void> {
    this.#agents.forEach((agent) => agent.cut());
    this.#isHostile = false;
    await this.#farm.crash();
  }

  async #stop(): Promise<void> {
    const [runId] = [...this.#runIds].slice(this.#pick(Math.max(1, this.#runIds.size)));
    if (runId !== undefined) void this.#farm.service.stop(ann, runId).catch(() => undefined);
    await settle();
  }

  /** Sometimes as a process that has forgotten everything. */
  async #connect(agent: FakeAgent): Promise<void> {
    if (!agent.isCut) return;
    if (this.#pick(6) === 0) {
      agent.bootNonce = `process-${this.#pick(1_000_000)}`;
      agent.held.length = 0;
    }
    const answer = await this.#patiently(agent.connect());
    if (answer?.ok !== true || !('attempts' in answer)) return;
    for (const { attemptId, verdict } of answer.attempts) {
      const held = agent.held.find((candidate) => candidate.attemptId === attemptId);
      if (held !== undefined && verdict === 'drop') agent.forget(held);
    }
  }

  async #work(agent: FakeAgent): Promise<void> {
    if (agent.isCut) return this.#connect(agent);
    const held = agent.held[this.#pick(Math.max(1, agent.held.length))];
    if (held === undefined || this.#pick(2) === 0) return this.#accept(agent);
    return this.#finish(agent, held);
  }

  async #accept(agent: FakeAgent): Promise<void> {
    const offers = agent.offers();
    const offer = offers[offers.length - 1 - this.#pick(Math.min(2, Math.max(1, offers.length)))];
    if (offer === undefined) return;
    const times = 1 + this.#pick(2); // sometimes the same message twice
    for (let time = 0; time < times && !agent.isCut; time += 1)
      await this.#patiently(agent.acceptOffer(offer, this.#pick(agent.record.slots)));
  }

  async #finish(agent: FakeAgent, held: Held): Promise<void> {
    const outcome = (['succeeded', 'succeeded', 'succeeded', 'failed'] as const)[this.#pick(4)] ?? 'failed';
    const answer = await this.#patiently(agent.finish(outcome, held));
    if (answer?.ok === false && answer.code === 'stale' && agent.held.includes(held)) agent.forget(held);
  }

  /** The store may fail for a while: the answer comes when its pauses have passed, or never if the controller dies. */
  async #patiently<T>(work: Promise<T>): Promise<T | undefined> {
    let answer: { readonly value: T } | undefined;
    work.then(
      (value) => (answer = { value }),
      () => (answer = undefined),
    );
    for (let turn = 0; turn < 20; turn += 1) {
      await settle();
      if (answer !== undefined) return answer.value;
      await this.#farm.time.advance(200);
    }
    return undefined;
  }

  /** Nothing fails any more: every run must come to its end. */
  async #calmDown(): Promise<void> {
    this.#isHostile = false;
    await this.#farm.time.advance(10_000);
    for (let round = 0; round < 400 && (await this.#unfinished()).length > 0 && this.#breaches.length === 0; round += 1) {
      for (const agent of this.#agents) {
        if (agent.isCut) await this.#connect(agent);
        for (const held of [...agent.held]) await this.#finish(agent, held);
        if (!agent.isCut) await this.#accept(agent);
      }
      await this.#farm.time.advance(round % 10 === 9 ? 700_000 : 3_000);
      await this.#check();
    }
    for (const record of await this.#unfinished())
      this.#breaches.push(`run ${record.number} never ended: ${JSON.stringify(record.run.stages)}`);
    await this.#farm.time.advance(61_000);
    const unfolded = await this.#farm.attempts.unfolded();
    if (unfolded.length > 0)
      this.#breaches.push(`attempts were never folded: ${unfolded.map((attempt) => `${attempt._id} ${attempt.state}`).join(', ')}`);
    for (const runId of this.#runIds)
      if ((await this.#farm.runs.read(runId)) === undefined) this.#breaches.push(`run ${runId}, whose start was acknowledged, is gone`);
    await this.#farm.close();
  }

  #unfinished() {
    return this.#farm.runs.unfinished();
  }

  async #check(): Promise<void> {
    const { records } = await this.#farm.runs.page({ pipelineId }, { skip: 0, limit: 1_000 });
    const active = records.filter((record) => record.runSlot !== undefined);
    if (active.length > maxRuns) this.#breaches.push(`${active.length} runs hold slots, ${maxRuns} may (X4)`);
    for (const record of records) {
      const known = this.#numbers.get(record.number);
      if (known !== undefined && known !== record._id) this.#breaches.push(`number ${record.number} was given twice`);
      this.#numbers.set(record.number, record._id);
      this.#breaches.push(...breachesOf(record.run, this.#farm.definition).map((sentence) => `run ${record.number}: ${sentence}`));
      await this.#checkAttempts(record._id);
    }
  }

  async #checkAttempts(runId: RunId): Promise<void> {
    const attempts = await this.#farm.attempts.ofRun(runId);
    const open = new Map<string, number>();
    for (const attempt of attempts) {
      if (attempt.state !== 'finished') open.set(attempt.taskKey, (open.get(attempt.taskKey) ?? 0) + 1);
      const holders = this.#agents.filter((agent) =>
        agent.held.some((held) => held.attemptId === attempt._id && held.fencing === attempt.fencing),
      );
      if (holders.length > 1) this.#breaches.push(`${attempt._id} is held by ${holders.length} agents under one fencing number`);
    }
    for (const [taskKey, count] of open) if (count > 1) this.#breaches.push(`task ${taskKey} has ${count} attempts at once`);
  }
}

/** Numbers below a bound, the same for the same seed. */
function randomOf(seed: number): (below: number) => number {
  let state = (seed * 2_654_435_761) >>> 0;
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}
