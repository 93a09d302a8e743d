import type { Mutant } from './mutant.js';

const assignments = 'agent/src/attempts/assignments/assignments.ts';

/** Faults of the agent. */
export const agent: readonly Mutant[] = [
  {
    name: 'the agent never gives up by its own clock',
    seed: 594,
    file: 'agent/src/attempts/assignments/away-watch.ts',
    find: '        giveUp();\n',
    replace: '        void giveUp;\n',
  },
  {
    name: 'the agent does not write down that an attempt starts',
    seed: 40,
    file: 'agent/src/attempts/assignments/launch.ts',
    find: "await ports.journal.append({ type: 'started', attemptId, fencing, startedAt, process: ports.process, steps: [] });",
    replace: 'void startedAt;',
  },
  {
    name: 'the agent reports the end before the whole log is stored',
    seed: 7,
    file: assignments,
    find: '    if (!file || this.#sender.isStored(attemptId)) this.#logStored(attemptId);\n',
    replace: '    this.#logStored(attemptId);\n',
  },
  {
    name: 'the agent continues at the end of its log, not of the controller’s',
    seed: 40,
    file: 'agent/src/spool/log-stream.ts',
    find: '    this.stored = Math.min(stored, this.file.end);\n',
    replace: '    this.stored = Math.min(Math.max(stored, this.sent), this.file.end);\n',
  },
  {
    name: 'the agent says a message once',
    seed: 9,
    file: 'agent/src/link/delivery.ts',
    find: "      this.#state = 'waiting';\n      this.kick();\n      return;\n",
    replace: "      this.#state = 'over';\n      return;\n",
  },
  {
    name: 'the agent drops a result before it is acknowledged',
    seed: 1,
    file: assignments,
    find: "    if (isDropped) return this.#release(finished, 'dropped');\n    if (!file",
    replace: "    if (isDropped || attemptId.endsWith('.1')) return this.#release(finished, 'dropped');\n    if (!file",
  },
  {
    name: 'after a crash the agent says that its attempts succeeded',
    seed: 24,
    file: 'agent/src/attempts/assignments/recovery.ts',
    find: "    outcome: 'lost',\n    reason: { code: 'agentCrashed'",
    replace: "    outcome: 'succeeded',\n    reason: { code: 'agentCrashed'",
  },
];
