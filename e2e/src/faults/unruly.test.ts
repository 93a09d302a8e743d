import { randomBytes } from 'node:crypto';
import { protocolVersion, type AttemptId } from '@drover/protocol';
import {
  agentLinkPath,
  agentRegisterPath,
  linkEvent,
  maxAgentMessageBytes,
  type AgentRegistered,
  type AttemptSpec,
  type ControllerMessage,
} from '@drover/protocol/agent';
import { expect } from 'chai';
import type { Socket } from 'socket.io-client';
import { connect } from '../input/harness/sockets.js';
import { makeScript, startRun } from '../testing/definitions.js';
import { Farm } from '../testing/farm.js';
import { helloOf, resultOf, simulatedFacts } from '../testing/simulated/simulated-machine.js';
import { Chance } from './load/chance.js';
import { setting } from './signs/measures.js';

interface Reply {
  readonly ok: boolean;
  readonly code?: string;
  readonly end?: number;
  readonly fencing?: number;
  readonly spec?: AttemptSpec;
}

const histories = setting('DROVER_FAULTS_UNRULY', 20);
const logBytes = 200_000;
const longestFrame = 20_000;

describe('G6 G13 B1 messages of an agent that come doubled, reordered, late, malformed or too large', function () {
  this.timeout(60_000 + histories * 10_000);
  let farm: Farm;
  let agent: AgentRegistered;
  const chance = Chance.for('unruly messages');
  before(async () => {
    farm = await Farm.start({ env: { DROVER_LOG_LEVEL: 'error' } });
    const { secret } = await farm.api.post<{ secret: string }>('/registration-tokens', { name: 'unruly', uses: 1, expiresInHours: 1 });
    const response = await fetch(`${farm.url}${agentRegisterPath}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ token: secret, name: 'unruly', labels: [], slots: 1, protocolVersion, facts: simulatedFacts }),
    });
    agent = (await response.json()) as AgentRegistered;
  });
  after(() => farm?.close());

  it(`are each taken once or refused; the log is to the byte what was meant, in ${histories} histories`, async () => {
    const pipeline = await makeScript(farm, 'true');
    for (let history = 0; history < histories; history += 1) {
      const log = randomBytes(logBytes);
      const run = await startRun(farm, pipeline.id);
      const attemptId = `${run.id}.work.1` as AttemptId;
      await new Unruly(farm.url, agent.token, { attemptId, log, chance }).play();
      expect((await farm.finished(run.id)).status).to.equal('succeeded');
      const attempts = await farm.attempts(run.id, 'work');
      expect(attempts.map(({ number, log: { state } }) => [number, state])).to.deep.equal([[1, 'complete']]);
      expect((await farm.log(attemptId)).equals(log)).to.equal(true);
    }
  });
});

interface Part {
  readonly attemptId: AttemptId;
  readonly log: Buffer;
  readonly chance: Chance;
}

/** Works one attempt off, as badly as a network and a bug can make it. */
class Unruly {
  private readonly bootNonce = crypto.randomUUID();
  private socket: Socket | undefined;
  private fencing = 0;
  private stored = 0;

  constructor(
    private readonly url: string,
    private readonly token: string,
    private readonly part: Part,
  ) {}

  async play(): Promise<void> {
    const { attemptId, log, chance } = this.part;
    const { offer } = await this.connect();
    const offerId = await offer;
    const accept = { type: 'accept', attemptId, offerId, slot: 0 };
    const granted = await Promise.all([this.ask(accept), this.ask(accept)]);
    expect(granted.map(({ ok, fencing }) => [ok, fencing])).to.deep.equal([
      [true, granted[0]?.fencing],
      [true, granted[0]?.fencing],
    ]);
    this.fencing = granted[0]?.fencing ?? 0;
    const spec = granted[0]?.spec;
    if (spec === undefined) throw new Error('nothing was granted');
    while (this.stored < log.length) await this.misbehave(chance.within(0, 9));
    const finished = {
      type: 'finished',
      attemptId,
      fencing: this.fencing,
      result: resultOf({ spec, startedAt: Date.now(), printed: log, outcome: 'succeeded' }),
    };
    const answers = await Promise.all([this.ask(finished), this.ask(finished)]);
    expect(answers).to.deep.equal([{ ok: true }, { ok: true }]);
    await this.tooLate();
    this.socket?.disconnect();
  }

  private async misbehave(kind: number): Promise<void> {
    const { chance, log } = this.part;
    const before = this.stored;
    const length = chance.within(1, longestFrame);
    if (kind <= 3) return this.send(before, length); // as it should be
    if (kind === 4) return void (await Promise.all([this.send(before, length), this.send(before, length)])); // doubled
    if (kind === 5) return void (await Promise.all([this.send(before + length, length), this.send(before, length)])); // reordered
    if (kind === 6) return this.send(chance.within(0, before), length); // late: perhaps stored already
    if (kind === 7) return this.refused({ type: 'log', attemptId: this.part.attemptId, fencing: this.fencing, offset: -1 }, 'invalid');
    if (kind === 8) return this.refused({ ...this.frame(before, length), fencing: this.fencing + chance.within(1, 5) }, 'stale');
    if (chance.within(0, 1) === 0) return this.tooLarge();
    this.socket?.disconnect(); // cut, with a frame on its way
    this.socket?.emit(linkEvent, this.frame(Math.min(before, log.length), length));
    await this.connect();
  }

  private async send(offset: number, length: number): Promise<void> {
    const frame = this.frame(offset, length);
    if (frame.bytes.length === 0) return;
    const answer = await this.ask(frame);
    expect(answer.ok, JSON.stringify(answer)).to.equal(true);
    expect(answer.end, 'the stored log never becomes shorter').to.be.at.least(0);
    this.stored = Math.max(this.stored, answer.end ?? 0);
  }

  private frame(offset: number, length: number) {
    const { attemptId, log } = this.part;
    return {
      type: 'log',
      attemptId,
      fencing: this.fencing,
      offset,
      bytes: log.subarray(offset, offset + length),
      marks: [[offset, Date.now()]],
    };
  }

  private async refused(message: object, code: string): Promise<void> {
    expect(await this.ask(message)).to.include({ ok: false, code });
  }

  /** The connection ends; the controller doesn't. */
  private async tooLarge(): Promise<void> {
    const closed = new Promise((resolve) => this.socket?.once('disconnect', resolve));
    this.socket?.emit(linkEvent, { type: 'log', filler: 'x'.repeat(maxAgentMessageBytes + 1) });
    await closed;
    await this.connect();
  }

  /** What comes behind the end changes nothing. */
  private async tooLate(): Promise<void> {
    const { log } = this.part;
    const answer = await this.ask({ ...this.frame(0, 100), offset: log.length });
    expect(answer.ok).to.equal(false);
    await this.refused({ type: 'accept', attemptId: this.part.attemptId, offerId: 'another', slot: 0 }, 'stale');
  }

  /** Says hello; `offer` is the next one. */
  private async connect(): Promise<{ readonly offer: Promise<string> }> {
    const socket = await connect(this.url, agentLinkPath, { authorization: `Bearer ${this.token}` });
    this.socket = socket;
    const offer = new Promise<string>((resolve) =>
      socket.on(linkEvent, (message: ControllerMessage) => {
        if (message.type === 'offer' && message.attemptId === this.part.attemptId) resolve(message.offerId);
      }),
    );
    const held = { attemptId: this.part.attemptId, fencing: this.fencing, state: 'running', logEnd: this.stored } as const;
    const reply = (await this.ask(
      helloOf({ slots: 1, bootNonce: this.bootNonce, attempts: this.fencing === 0 ? [] : [held] }),
    )) as Reply & {
      readonly attempts?: ReadonlyArray<{ readonly verdict: string; readonly logEnd: number }>;
    };
    expect(reply.ok, JSON.stringify(reply)).to.equal(true);
    if (this.fencing > 0) {
      expect(reply.attempts?.map(({ verdict }) => verdict)).to.deep.equal(['continue']);
      expect(reply.attempts?.[0]?.logEnd).to.be.at.least(this.stored);
      this.stored = reply.attempts?.[0]?.logEnd ?? 0;
    }
    return { offer };
  }

  private async ask(message: object): Promise<Reply> {
    if (this.socket === undefined) throw new Error('not connected');
    return (await this.socket.timeout(10_000).emitWithAck(linkEvent, message)) as Reply;
  }
}
