import type { Mutant } from './mutant.js';

const ledger = 'controller/src/services/placing/ledger.ts';

/** Faults of attempts: who holds them, what is acknowledged, who is given up. */
export const attempts: readonly Mutant[] = [
  {
    name: 'a claim does not raise the fencing number',
    seed: 1,
    file: ledger,
    find: 'fencing: record.fencing + 1, startedAt',
    replace: 'fencing: record.fencing, startedAt',
  },
  {
    name: 'an end is acknowledged before it is stored',
    seed: 1,
    file: 'controller/src/services/agents/gateway.ts',
    find: 'const answer = await this.#ports.ledger.finish(attemptId, { agentId: this.#agentId, fencing }, result);',
    replace: "void this.#ports.ledger.finish(attemptId, { agentId: this.#agentId, fencing }, result); const answer = 'stored' as string;",
  },
  {
    name: 'the end of an attempt that was given up is taken',
    seed: 2594,
    file: ledger,
    find: "if (!record.active) return record.log === undefined ? 'stale' : 'stored';",
    replace: "if (!record.active) return 'stored';",
  },
  {
    name: 'log bytes are acknowledged before they are stored',
    seed: 1,
    file: 'controller/src/services/agents/log-intake.ts',
    find: 'return { ok: true, end: (await append).end };',
    replace: 'append.catch(() => undefined); return { ok: true, end: offset + bytes.length };',
  },
  {
    name: 'no tombstone for what is stopped before it is there',
    seed: 7,
    file: ledger,
    find: "await persist('insert tombstone', this.#ports, () => attempts.insert([{ ...tombstone, ...endingOf('stopped', at, reason) }]));",
    replace: 'void attempts;',
  },
  {
    name: 'an end counts as folded at once',
    seed: 1,
    file: 'controller/src/domain/attempts/ending.ts',
    find: "  state: 'finished',\n  active: false,\n  outcome,",
    replace: "  state: 'finished',\n  active: false,\n  folded: true,\n  outcome,",
  },
  {
    name: 'ends that were stored when the controller died are not told to their runs',
    seed: 3,
    file: ledger,
    find: "if (record.state === 'finished') return this.#tellRun(record);",
    replace: "if (record.state === 'finished') return;",
  },
  {
    name: 'writes are tried three times and no more',
    seed: 49,
    file: 'controller/src/services/persist.ts',
    find: 'if (error instanceof ClosedError || ports.isClosed()) throw error;',
    replace: 'if (error instanceof ClosedError || ports.isClosed() || trial >= 3) throw error;',
  },
  {
    name: 'agents are given up before their time',
    seed: 23,
    file: 'controller/src/services/placing/absence.ts',
    find: 'Math.max(recovery.waitSeconds * 1_000 + marginMs, graceLeftMs)',
    replace: 'Math.max(recovery.waitSeconds * 300, 1)',
  },
  {
    name: 'a yes that went to a connection that was over is waited for without end',
    seed: 99,
    file: 'controller/src/services/agents/gateway.ts',
    find: 'absence.unconfirmed(live, this.#agentId);',
    replace: 'void absence;',
  },
  {
    name: 'a claim that was written while its agent was cut off is never judged',
    seed: 3916,
    file: 'controller/src/services/engine/engine-core.ts',
    find: 'this.absence.agentAway(agentId); // cut off',
    replace: 'void 0; // cut off',
  },
  {
    name: 'a claim that is asked for again on another connection keeps its number',
    seed: 1991,
    file: ledger,
    find: 'if (session === undefined || live.grantedTo === session || live.isConfirmed) return record;',
    replace: 'if (session !== null) return record;',
  },
  {
    name: 'an agent that another controller has removed continues',
    seed: 2978,
    file: 'controller/src/services/agents/directory.ts',
    find: '        this.#lost(agentId);\n',
    replace: '',
  },
  {
    name: 'a claim that a dead controller wrote last is never judged',
    seed: 2922,
    file: ledger,
    find: 'if (live !== undefined && stored.active) this.#listener.foundHeld(live);',
    replace: 'void live;',
  },
  {
    name: 'a hello whose connection is over takes the session back',
    seed: 22_696,
    file: 'controller/src/services/agents/gateway.ts',
    find: 'isOver: () => this.#isOver }',
    replace: 'isOver: () => false }',
  },
];
