import { readFile, readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { assert } from 'chai';
import { allCrashPoints, parseCrashAt } from './crash-points.js';

const sourceFolder = fileURLToPath(new URL('.', import.meta.url));

async function sources(): Promise<string> {
  const names = await readdir(sourceFolder, { recursive: true });
  const files = names.filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'));
  const texts = await Promise.all(files.map((name) => readFile(sourceFolder + name, 'utf8')));
  return texts.join('\n');
}

describe('crash points', () => {
  it('G8 each listed name is passed somewhere, and each passed name is listed', async () => {
    const text = await sources();
    const used = new Set([...text.matchAll(/crashPoint\('([^']+)'\)/g)].map((match) => match[1]));
    assert.sameMembers([...used], [...allCrashPoints]);
  });

  it('reads a name and the pass at which it strikes', () => {
    assert.deepEqual(parseCrashAt('agent.accept.sent'), { name: 'agent.accept.sent', atPass: 1 });
    assert.deepEqual(parseCrashAt('agent.accept.sent:3'), { name: 'agent.accept.sent', atPass: 3 });
    assert.isUndefined(parseCrashAt(undefined));
    assert.isUndefined(parseCrashAt('controller.claim.written'));
  });

  it('refuses a name that does not exist', () => {
    assert.throws(() => parseCrashAt('agent.no.such'), 'names no crash point');
  });
});
