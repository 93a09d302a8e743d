/** A fault planted into the product: the one place in a source file where `find` stands reads `replace` instead. */
export interface Mutant {
  readonly name: string;
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

const ledger = 'controller/src/services/placing/ledger.ts';
const starting = 'controller/src/services/runs/starting.ts';
const driver = 'controller/src/services/runs/driver.ts';
const slots = 'controller/src/services/runs/slots.ts';
const advance = 'controller/src/domain/runs/advance.ts';
const assignments = 'agent/src/attempts/assignments.ts';

/** Each of these breaks a promise of docs/architecture.md; the simulation finds every one (`npm run test:mutants`). */
export const mutants: readonly Mutant[] = [
  {
    name: 'a claim does not raise the fencing number',
    file: ledger,
    find: 'fencing: record.fencing + 1',
    replace: 'fencing: record.fencing',
  },
  {
    name: 'an end is acknowledged before it is stored',
    file: 'controller/src/services/agents/gateway.ts',
    find: 'const answer = await this.#ports.ledger.finish(attemptId, { agentId: this.#agentId, fencing }, result);',
    replace: "void this.#ports.ledger.finish(attemptId, { agentId: this.#agentId, fencing }, result); const answer = 'stored' as string;",
  },
  {
    name: 'the end of an attempt that was given up is taken',
    file: ledger,
    find: "if (!record.active) return record.log === undefined ? 'stale' : 'stored';",
    replace: "if (!record.active) return 'stored';",
  },
  {
    name: 'log bytes are acknowledged before they are stored',
    file: 'controller/src/services/agents/log-intake.ts',
    find: 'return { ok: true, end: (await append).end };',
    replace: 'append.catch(() => undefined); return { ok: true, end: offset + bytes.length };',
  },
  {
    name: 'no tombstone for what is stopped before it is there',
    file: ledger,
    find: "await persist('insert tombstone', this.#ports, () => attempts.insert([{ ...tombstone, ...endingOf('stopped', at, reason) }]));",
    replace: 'void attempts;',
  },
  {
    name: 'an end counts as folded at once',
    file: 'controller/src/domain/attempts/ending.ts',
    find: "  state: 'finished',\n  active: false,\n  outcome,",
    replace: "  state: 'finished',\n  active: false,\n  folded: true,\n  outcome,",
  },
  {
    name: 'an end is marked as folded before its run is written',
    file: driver,
    find: '    let events = given;\n',
    replace:
      "    let events = given;\n    this.#listener.takenIn(given.flatMap((event) => (event.type === 'attemptFinished' ? [event.attemptId] : [])));\n",
  },
  {
    name: 'a write of a run that was applied and answered with an error is not recognised',
    file: driver,
    find: 'if (unsure !== undefined && stored?.lastWriteId === unsure.after.lastWriteId) this.#listener.folded(unsure);',
    replace: '',
  },
  {
    name: 'a run of a pipeline too many',
    file: slots,
    find: '  if (held.size >= limit) return undefined;\n  const taken = new Set(held.values());\n  for (let slot = 0; slot < limit; slot += 1)',
    replace: '  const taken = new Set(held.values());\n  for (let slot = 0; slot <= limit; slot += 1)',
  },
  {
    name: 'waiting runs begin in the wrong order',
    file: slots,
    find: '.sort((a, b) => a.number - b.number)) {',
    replace: '.sort((a, b) => b.number - a.number)) {',
  },
  {
    name: 'runs pass those before them that are not in the store yet',
    file: slots,
    find: 'if ([...pipeline.arriving].some((number) => number < run.number)) break;',
    replace: '',
  },
  {
    name: 'nobody begins when a run gives its slot back',
    file: 'controller/src/services/runs/run-world.ts',
    find: '        slots.release(record.pipelineId, record._id);\n        this.promote(record.pipelineId);',
    replace: '        slots.release(record.pipelineId, record._id);',
  },
  {
    name: 'starts that were acknowledged are not finished at start-up',
    file: 'controller/src/services/engine/lifecycle.ts',
    find: '  await core.starter.finishPending(pending);\n',
    replace: '',
  },
  {
    name: 'at start-up runs pass starts that are noted only',
    file: starting,
    find: 'pendingStarts.forEach(({ number }) => this.#ports.slots.arriving(_id, number));',
    replace: 'void _id, void pendingStarts;',
  },
  {
    name: 'the note of a start is taken out before its run is there',
    file: starting,
    find: '    const record = await this.#insertOnce(fresh, definition);\n',
    replace: '    await this.#settle(pipeline._id, [pending.runId]);\n    const record = await this.#insertOnce(fresh, definition);\n',
  },
  {
    name: 'a number whose writing was answered with an error is forgotten',
    file: starting,
    find: 'if (stored?.pendingStarts.some((start) => start.runId === pending.runId) === true) return stored; // applied, then error',
    replace: 'void stored;',
  },
  {
    name: 'the same key starts another run',
    file: starting,
    find: 'if (asked.idempotencyKey === undefined) return undefined;',
    replace: 'if (asked !== undefined) return undefined;',
  },
  {
    name: 'auto-increment does not count',
    file: starting,
    find: 'autoIncrement: { ...pipeline.autoIncrement, ...next }',
    replace: 'autoIncrement: { ...pipeline.autoIncrement }',
  },
  {
    name: 'ends that were stored when the controller died are not told to their runs',
    file: ledger,
    find: "if (record.state === 'finished') return this.#tellRun(record);",
    replace: "if (record.state === 'finished') return;",
  },
  {
    name: 'writes are tried three times and no more',
    file: 'controller/src/services/persist.ts',
    find: 'if (error instanceof ClosedError || ports.isClosed()) throw error;',
    replace: 'if (error instanceof ClosedError || ports.isClosed() || trial >= 3) throw error;',
  },
  {
    name: 'agents are given up before their time',
    file: 'controller/src/services/placing/absence.ts',
    find: 'Math.max(recovery.waitSeconds * 1_000 + marginMs, graceLeftMs)',
    replace: 'Math.max(recovery.waitSeconds * 300, 0 * graceLeftMs)',
  },
  {
    name: 'what a returned agent does not speak of is waited for in vain',
    file: 'controller/src/services/agents/sessions.ts',
    find: '    missAttempts(live.record, hello, isSameProcess, this.#ports);\n',
    replace: '    void missAttempts, void isSameProcess;\n',
  },
  {
    name: 'a stopping run runs lost tasks again',
    file: advance,
    find: "const again = event.rerun && run.state === 'running' && event.number < maxAttemptsPerTask;",
    replace: 'const again = event.rerun && event.number < maxAttemptsPerTask;',
  },
  {
    name: 'a serial stage queues all its tasks',
    file: 'controller/src/domain/runs/stages.ts',
    find: "mode === 'serial' ? queueNext(open.tasks, now) : queueAll(open.tasks, now)",
    replace: 'queueAll(open.tasks, now)',
  },
  {
    name: 'a finished run keeps its slot',
    file: advance,
    find: '  const { slot: _released, ...rest } = run;\n',
    replace: '  const rest = run;\n',
  },
  {
    name: 'a stage goes on behind a failure',
    file: advance,
    find: "    if (next.outcome !== undefined && next.outcome !== 'succeeded') break;\n",
    replace: '',
  },
  {
    name: 'a controller that closes never ends while the store is away',
    file: driver,
    find: '      waiting.forEach(({ reject }) => reject(error));\n',
    replace: '',
  },
  {
    name: 'the agent never gives up by its own clock',
    file: 'agent/src/attempts/away-watch.ts',
    find: '        giveUp();\n',
    replace: '        void giveUp;\n',
  },
  {
    name: 'the agent does not write down that an attempt starts',
    file: 'agent/src/attempts/launch.ts',
    find: "await ports.journal.append({ type: 'started', attemptId, fencing, startedAt, process: ports.process, steps: [] });",
    replace: 'void startedAt;',
  },
  {
    name: 'the agent reports the end before the whole log is stored',
    file: assignments,
    find: '    if (!file || this.#sender.isStored(attemptId)) this.#logStored(attemptId);\n',
    replace: '    this.#logStored(attemptId);\n',
  },
  {
    name: 'the agent goes on at the end of its log, not of the controller’s',
    file: 'agent/src/spool/log-stream.ts',
    find: '    this.stored = Math.min(stored, this.file.end);\n',
    replace: '    this.stored = Math.min(Math.max(stored, this.sent), this.file.end);\n',
  },
  {
    name: 'the agent says a message once',
    file: 'agent/src/link/delivery.ts',
    find: "      this.#state = 'waiting';\n      this.kick();\n      return;\n",
    replace: "      this.#state = 'over';\n      return;\n",
  },
  {
    name: 'the agent lets go of a result before it is acknowledged',
    file: assignments,
    find: "    if (isDropped) return this.#release(finished, 'dropped');\n    if (!file",
    replace: "    if (isDropped || attemptId.endsWith('.1')) return this.#release(finished, 'dropped');\n    if (!file",
  },
  {
    name: 'after a crash the agent says that its attempts succeeded',
    file: 'agent/src/attempts/recovery.ts',
    find: "    outcome: 'lost',\n    reason: { code: 'agentCrashed'",
    replace: "    outcome: 'succeeded',\n    reason: { code: 'agentCrashed'",
  },
];
