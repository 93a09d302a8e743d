import type { Mutant } from './mutant.js';

const starting = 'controller/src/services/runs/starting';
const starter = `${starting}/starter.ts`;
const insertion = `${starting}/insertion.ts`;
const earlier = `${starting}/earlier-starts.ts`;
const slots = 'controller/src/services/runs/slots.ts';

/** Faults of starts, of their numbers and of the order in which runs begin. */
export const starts: readonly Mutant[] = [
  {
    name: 'a run of a pipeline too many',
    seed: 1,
    file: slots,
    find: '  if (held.size >= limit) return undefined;\n  const taken = new Set(held.values());\n  for (let slot = 0; slot < limit; slot += 1)',
    replace: '  const taken = new Set(held.values());\n  for (let slot = 0; slot <= limit; slot += 1)',
  },
  {
    name: 'waiting runs begin in the wrong order',
    seed: 2,
    file: slots,
    find: '.sort((a, b) => a.number - b.number)) {',
    replace: '.sort((a, b) => b.number - a.number)) {',
  },
  {
    name: 'runs pass those before them that are not in the store yet',
    seed: 1656,
    file: slots,
    find: 'if ([...pipeline.arriving].some((number) => number < run.number)) break;',
    replace: '',
  },
  {
    name: 'nobody begins when a run gives its slot back',
    seed: 1,
    file: 'controller/src/services/runs/run-world.ts',
    find: '        slots.release(record.pipelineId, record._id);\n        this.promote(record.pipelineId);',
    replace: '        slots.release(record.pipelineId, record._id);',
  },
  {
    name: 'starts that were acknowledged are not finished at start-up',
    seed: 5,
    file: 'controller/src/services/engine/lifecycle.ts',
    find: '  await core.starter.finishPending(pending);\n',
    replace: '',
  },
  {
    name: 'at start-up runs pass starts that are noted only',
    seed: 4209,
    file: earlier,
    find: 'pendingStarts.forEach(({ number }) => slots.arriving(_id, number));',
    replace: 'void _id, void pendingStarts;',
  },
  {
    name: 'the note of a start is taken out before its run is there',
    seed: 1,
    file: insertion,
    find: '    const record = await this.#insertOnce(fresh, definition)',
    replace:
      '    await this.#ports.pipelines.settle(pipeline._id, [pending.runId]).catch(() => undefined);\n    const record = await this.#insertOnce(fresh, definition)',
  },
  {
    name: 'a number whose writing was answered with an error is forgotten',
    seed: 2792,
    file: starter,
    find: 'if (stored?.pendingStarts.some((start) => start.runId === pending.runId) === true) return stored; // applied, then error',
    replace: 'void stored;',
  },
  {
    name: 'the same key starts another run',
    seed: 7,
    file: starter,
    find: 'if (asked.idempotencyKey === undefined) return undefined;',
    replace: 'if (asked !== undefined) return undefined;',
  },
  {
    name: 'auto-increment does not count',
    seed: 2,
    file: starter,
    find: 'autoIncrement: { ...pipeline.autoIncrement, ...next }',
    replace: 'autoIncrement: { ...pipeline.autoIncrement }',
  },
  {
    name: 'a run that is stopped before its insertion is answered is opened as it was inserted',
    seed: 4614,
    file: insertion,
    find: 'const newest = inserting.folded ?? record;',
    replace: 'const newest = record;',
  },
  {
    name: 'at start-up ends are told before the runs are opened',
    seed: 1539,
    file: 'controller/src/services/engine/lifecycle.ts',
    find: 'attempts.filter((attempt) => !isEnd(attempt)).forEach(',
    replace: 'attempts.forEach(',
  },
  {
    name: 'starts that a dead controller noted late are passed',
    seed: 596,
    file: starter,
    find: '      await this.#earlier.takeUp(pipeline);\n      const before',
    replace: '      const before',
  },
  {
    name: 'starts that a dead controller noted late wait for the next one',
    seed: 118,
    file: starter,
    find: 'await this.#serial.run(pipeline._id, () => this.#earlier.takeUp(pipeline));',
    replace: 'void pipeline;',
  },
];
