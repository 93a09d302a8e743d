import { assert } from 'chai';
import { parse } from '@drover/protocol';
import { JobDefinition } from '@drover/protocol/definition';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freshFolder } from '../testing/folders.js';
import { gatherFacts } from './facts.js';
import { tools } from './tools.js';

/** The dashboard's ready-made jobs, which no package may import from another one; read when the tests run. */
const presetsFile = new URL('../../../web/src/jobs/presets.ts', import.meta.url).href;

/** What comes with a program, or is started by a wrapper in the repository. */
const companions: Readonly<Record<string, readonly string[]>> = { npm: ['node'], './gradlew': ['java'] };

describe('B7 J4 each preset of a job', () => {
  const folder = freshFolder();

  it('fits an agent that has the tools which its steps run', async () => {
    const module: unknown = await import(presetsFile);
    const presets = typeof module === 'object' && module !== null && 'jobPresets' in module ? module.jobPresets : {};
    const jobs: readonly unknown[] = Object.values(presets ?? {});
    assert.isAbove(jobs.length, 5);
    for (const preset of jobs) {
      const parsed = parse(JobDefinition, preset);
      if (!parsed.ok) throw new Error('a preset is not a valid job');
      const { name, labels, steps } = parsed.value;
      const words = steps.flatMap((step) => (step.type === 'shell' ? step.script.split(/\s+/) : []));
      const known = new Set(Object.values(tools).flat());
      const programs = words.flatMap((word) => [word, ...(companions[word] ?? [])]).filter((word) => known.has(word));
      const path = join(folder.path, name);
      await mkdir(path, { recursive: true });
      for (const program of programs) {
        await writeFile(join(path, program), '');
        await chmod(join(path, program), 0o755);
      }
      const executors = programs.includes('docker') ? (['shell', 'docker'] as const) : (['shell'] as const);
      const facts = await gatherFacts(path, { executors: [...executors], isolation: 'none' });
      assert.includeMembers(facts.automaticLabels, [...labels], `preset ${name}`);
    }
  });
});
