import { createHash } from 'node:crypto';
import { asId, attemptIdOf, runIdOf, type AttemptId, type OfferId } from '@drover/protocol';
import type { AgentReply, AttemptResult, HelloReply } from '@drover/protocol/agent';
import type { Step } from '@drover/protocol/definition';
import type { MessageOf } from '../../link/port.js';
import { FakeController, welcome } from '../fake-controller.js';
import { testAttemptId, testSpec } from '../specs.js';

interface Attempt {
  readonly attemptId: AttemptId;
  fencing: number;
  /** The offer that stands: it ends with the connection that it was made over. */
  offered?: OfferId | undefined;
  /** The offer by which it was taken. */
  offerId?: OfferId;
  log: Buffer;
  result?: AttemptResult;
}

const stale = { ok: false, code: 'stale', detail: 'not the lease of now' } as const;

/** A controller with one task to run: offers it, runs it again when an attempt is lost, and holds every log against its proof. */
export class ModelController {
  readonly attempts: Attempt[] = [];
  readonly faults: string[] = [];
  readonly #steps: readonly Step[];
  #controller: FakeController | undefined;

  private constructor(steps: readonly Step[]) {
    this.#steps = steps;
    this.#queue();
  }

  static async start(steps: readonly Step[]): Promise<ModelController> {
    const model = new ModelController(steps);
    model.#controller = await FakeController.start({
      hello: (message) => model.#hello(message),
      accept: (message) => model.#accept(message),
      log: (message) => model.#store(message),
      finished: (message) => model.#finished(message),
    });
    return model;
  }

  get fake(): FakeController {
    if (!this.#controller) throw new Error('not started');
    return this.#controller;
  }

  get isDone(): boolean {
    return this.attempts.some(({ result }) => result !== undefined && result.outcome !== 'lost');
  }

  get #current(): Attempt {
    const attempt = this.attempts.at(-1);
    if (!attempt) throw new Error('there is always one');
    return attempt;
  }

  #queue(): void {
    this.attempts.push({
      attemptId: attemptIdOf(runIdOf(testAttemptId()), 'build', this.attempts.length + 1),
      fencing: 0,
      log: Buffer.alloc(0),
    });
  }

  /** Tells the ends of the logs, and offers what is queued once the answer is out. */
  #hello({ attempts }: MessageOf<'hello'>): HelloReply {
    this.#current.offered = undefined;
    setImmediate(() => this.#offer());
    return welcome({
      attempts: attempts.map(({ attemptId, fencing }) => {
        const known = this.#find(attemptId, fencing);
        return { attemptId, fencing, verdict: known && !known.result ? 'continue' : 'drop', logEnd: known?.log.length ?? 0 };
      }),
    });
  }

  #offer(): void {
    const attempt = this.#current;
    if (attempt.offerId !== undefined || this.isDone) return;
    attempt.offered = asId<OfferId>(`offer-${this.fake.connections}-${this.attempts.length}`);
    this.fake
      .send({ type: 'offer', attemptId: attempt.attemptId, offerId: attempt.offered, executor: 'shell', sample: false })
      .catch(() => undefined);
  }

  #accept({ attemptId, offerId }: MessageOf<'accept'>): AgentReply<'accept'> {
    const attempt = this.#current;
    if (attempt.attemptId !== attemptId || offerId !== (attempt.offerId ?? attempt.offered)) return stale;
    attempt.offerId = offerId;
    attempt.fencing = 1;
    return { ok: true, fencing: attempt.fencing, spec: testSpec(this.#steps, { attemptId, number: this.attempts.length }) };
  }

  #store({ attemptId, fencing, offset, bytes }: MessageOf<'log'>): AgentReply<'log'> {
    const attempt = this.#find(attemptId, fencing);
    if (!attempt) return stale;
    if (offset <= attempt.log.length) attempt.log = Buffer.concat([attempt.log, Buffer.from(bytes).subarray(attempt.log.length - offset)]);
    return { ok: true, end: attempt.log.length };
  }

  #finished({ attemptId, fencing, result }: MessageOf<'finished'>): AgentReply<'finished'> {
    const attempt = this.#find(attemptId, fencing);
    if (!attempt) return stale;
    if (attempt.result) return { ok: true };
    attempt.result = result;
    const sha256 = createHash('sha256').update(attempt.log).digest('hex');
    if (result.log.sizeBytes !== attempt.log.length || result.log.sha256 !== sha256)
      this.faults.push(`log of ${attemptId}: ${attempt.log.length} bytes stored, proof ${JSON.stringify(result.log)}`);
    if (result.outcome === 'lost') {
      this.#queue();
      setImmediate(() => this.#offer());
    }
    return { ok: true };
  }

  #find(attemptId: AttemptId, fencing: number): Attempt | undefined {
    return this.attempts.find((attempt) => attempt.attemptId === attemptId && attempt.fencing === fencing);
  }
}
