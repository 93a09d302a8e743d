import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert } from 'chai';
import { allCrashPoints, createCrashPoints, parseCrashAt } from './crash-points.js';

const root = dirname(fileURLToPath(import.meta.url));
const sources = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return entry.name.endsWith('.ts') && !entry.name.endsWith('.test.ts') && entry.name !== 'crash-points.ts'
      ? [readFileSync(path, 'utf8')]
      : [];
  });

describe('crash points', () => {
  it('are each reached somewhere, and no other is', () => {
    const used = new Set(
      [
        ...sources(root)
          .join('\n')
          .matchAll(/reach\(\s*'([^']+)'/g),
      ].map((match) => match[1] ?? ''),
    );
    assert.sameMembers([...used], [...allCrashPoints]);
  });

  it('kill at the pass that is asked for, and only there', () => {
    let kills = 0;
    const points = createCrashPoints('controller.fold.before:2', () => (kills += 1));
    points.reach('controller.fold.after');
    points.reach('controller.fold.before');
    assert.equal(kills, 0);
    points.reach('controller.fold.before');
    assert.equal(kills, 1);
  });

  it('throw on a name that is not one, and leave the agent’s to the agent', () => {
    assert.throws(() => parseCrashAt('controller.typo'), /names no crash point/);
    assert.isUndefined(parseCrashAt('agent.accept.sent'));
    assert.isUndefined(parseCrashAt(undefined));
  });
});
