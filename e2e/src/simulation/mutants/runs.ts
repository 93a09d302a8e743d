import type { Mutant } from './mutant.js';

const driver = 'controller/src/services/runs/driver.ts';
const advance = 'controller/src/domain/runs/advance.ts';

/** Faults of runs and of what is folded into them. */
export const runs: readonly Mutant[] = [
  {
    name: 'an end is marked as folded before its run is written',
    seed: 5,
    file: driver,
    find: '    let events = given;\n',
    replace:
      "    let events = given;\n    this.#listener.takenIn(given.flatMap((event) => (event.type === 'attemptFinished' ? [event.attemptId] : [])));\n",
  },
  {
    name: 'a write of a run that was applied and answered with an error is not recognised',
    seed: 15,
    file: driver,
    find: '    if (!isRemembered) this.#tellOfUntold(box, record, definition);\n',
    replace: '',
  },
  {
    name: 'what a dead controller wrote of a run last is not looked at',
    seed: 927,
    file: driver,
    find: 'else if (knownWriteId !== undefined && record.lastWriteId !== knownWriteId) this.#listener.foundAhead(record, definition);',
    replace: '',
  },
  {
    name: 'a stopping run runs lost tasks again',
    seed: 175,
    file: advance,
    find: "const again = event.rerun && run.state === 'running' && event.number < maxAttemptsPerTask;",
    replace: 'const again = event.rerun && event.number < maxAttemptsPerTask;',
  },
  {
    name: 'a serial stage queues all its tasks',
    seed: 1,
    file: 'controller/src/domain/runs/stages.ts',
    find: "mode === 'serial' ? queueNext(open.tasks, now) : queueAll(open.tasks, now)",
    replace: 'queueAll(open.tasks, now)',
  },
  {
    name: 'a finished run keeps its slot',
    seed: 1,
    file: advance,
    find: '  const { slot: _released, ...rest } = run;\n',
    replace: '  const rest = run;\n',
  },
  {
    name: 'a stage continues behind a failure',
    seed: 7,
    file: advance,
    find: "    if (next.outcome !== undefined && next.outcome !== 'succeeded') break;\n",
    replace: '',
  },
  {
    name: 'a controller that closes never ends while the store is away',
    seed: 206,
    file: driver,
    find: '      waiting.forEach(({ reject }) => reject(error));\n',
    replace: '',
  },
];
