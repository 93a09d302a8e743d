import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { assert } from 'chai';
import { again } from './again.js';

const source = fileURLToPath(new URL('..', import.meta.url));

describe('L1 a part of the dashboard that is loaded when it is needed', () => {
  it('is loaded again where that failed, and fails as the last try did', async () => {
    const loadAt = (success: number) => {
      let tries = 0;
      return () => ((tries += 1) === success ? Promise.resolve('loaded') : Promise.reject(new Error(`try ${tries}`)));
    };
    assert.equal(await again(loadAt(3), [0, 0]), 'loaded');
    assert.match(await again(loadAt(4), [0, 0]).catch(String), /try 3/);
  });

  it('is loaded so everywhere', () => {
    const files = readdirSync(source, { recursive: true, encoding: 'utf8' }).filter((file) => /(?<!\.test)\.tsx?$/.test(file));
    const imports = files.flatMap((file) =>
      readFileSync(join(source, file), 'utf8')
        .split('\n')
        .filter((line) => /\bimport\('/.test(line))
        .map((line) => `${file}: ${line.trim()}`),
    );
    assert.isAbove(imports.length, 20);
    assert.deepEqual(
      imports.filter((line) => !/(?:again\(|lazy: page\()\(\) => import\('/.test(line)),
      [],
    );
  });
});
