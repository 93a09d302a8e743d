import { join } from 'node:path';
import { root, startProgram } from '../../testing/programs.js';
import type { FigureName } from '../harness/figures.js';
import type { Subject } from '../harness/stage.js';

/** What its own benchmark calls the figures. */
const lines: ReadonlyArray<readonly [FigureName, RegExp]> = [
  ['store-insert', /^insertOne, 32 callers\s+([\d,]+) \/s$/],
  ['store-update', /^findOneAndUpdate by _id, 32 callers\s+([\d,]+) \/s$/],
  ['store-claim', /^claim of the head among 100000, 32 callers\s+([\d,]+) \/s$/],
];

/** The embedded store alone, by its own benchmark: through the real driver, each write synced to disk. */
export const storeSubject: Subject = {
  name: 'store',
  figures: ['store-update', 'store-insert', 'store-claim'],
  limitMs: 240_000,
  async measure(stage) {
    for (let round = 1; round <= stage.rounds; round += 1) {
      stage.say(`round ${round} of ${stage.rounds}`);
      const program = startProgram({ name: 'store', args: [join(root, 'controller', 'embedded-store', 'dist', 'bench.js')] });
      stage.owns(() => program.stop());
      const { code } = await program.ended;
      if (code !== 0) throw new Error(`the store’s benchmark ended with ${code}: ${program.lines.slice(-3).join('; ')}`);
      for (const [figure, pattern] of lines) {
        const found = program.lines.map((line) => pattern.exec(line)?.[1]).find((text) => text !== undefined);
        if (found === undefined) throw new Error(`the store’s benchmark did not tell ${figure}`);
        stage.record(figure, Number(found.replaceAll(',', '')));
      }
    }
  },
};
