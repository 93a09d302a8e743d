import { execFile, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { Package, Project, RunView } from '@drover/protocol/api';
import type { Step } from '@drover/protocol/definition';
import { skipBecause } from '@drover/protocol/testing';
import { expect } from 'chai';
import { job, makePipeline, makeProject, oneTask, shell, startRun } from '../testing/definitions.js';
import { Farm } from '../testing/farm.js';
import { gitPassword, gitUser, startGitServer, type GitServer } from '../testing/git-server.js';
import { recipes, type Recipe } from './recipes.js';

const execute = promisify(execFile);
const limitMs = 240_000;

describe('S2 S7 B2 real projects by others, checked out over http with credentials', function () {
  this.timeout(limitMs);
  let farm: Farm;
  let server: GitServer;
  let project: Project;
  let scratch: string;
  before(async () => {
    scratch = await mkdtemp(join(tmpdir(), 'drover-projects-'));
    [farm, server] = await Promise.all([Farm.start(), startGitServer()]);
    await farm.addAgent({ name: 'builder' });
    project = await makeProject(farm);
    await farm.api.post(`/projects/${project.id}/endpoints`, {
      kind: 'git',
      name: 'code',
      url: server.url,
      user: gitUser,
      password: gitPassword,
    });
  });
  after(async () => {
    await farm.close();
    await server.close();
    await rm(scratch, { recursive: true, force: true });
  });

  recipes.forEach((recipe, index) => {
    it(`${recipe.title}: the farm's result equals that of the same commands by hand`, async function () {
      const missing = recipe.needs.filter((program) => spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0);
      if (missing.length > 0) {
        skipBecause(this, missing.join(', '));
      }
      const [folder, byHand, temporary] = [`source-${index}`, `by-hand-${index}`, `fetch-${index}`].map((name) => join(scratch, name)) as [
        string,
        string,
        string,
      ];
      for (const made of [folder, temporary]) await mkdir(made);
      await recipe.fetch(folder, temporary);
      const repository = await server.publish(`project-${index}`, folder);
      await cp(folder, byHand, { recursive: true });

      const run = await build(farm, project, recipe, repository.url, index);

      expect(run.sources[0]?.commit).to.equal(repository.commit);
      const result = await resultOf(farm, run);
      expect(result.toString()).to.match(recipe.shows);
      await execute('bash', ['-eo', 'pipefail', '-c', recipe.script], { cwd: byHand, maxBuffer: 1e8, env: { ...process.env, CI: 'true' } });
      expect(result.toString()).to.equal(await readFile(join(byHand, 'result.txt'), 'utf8'));
    });
  });
});

async function build(farm: Farm, project: Project, recipe: Recipe, url: string, index: number): Promise<RunView> {
  const name = `build-${index}`;
  const steps: Step[] = [
    { type: 'checkout', name: 'Check out source' } as const,
    shell(recipe.script, { name: 'Build and test' }),
    { type: 'uploadPackage', name: 'Keep the result', files: ['result.txt'], package: name, version: '${PIPELINE_NUMBER}' } as const,
  ];
  const pipeline = await makePipeline(farm, project, {
    jobs: [job(name, steps)],
    pipeline: { ...oneTask(name, name), sources: [{ type: 'git', alias: 'code', url, endpoint: 'code', defaultBranch: 'main' }] },
  });
  const run = await farm.finished((await startRun(farm, pipeline.id)).id, limitMs);
  if (run.status !== 'succeeded') {
    const [attempt] = await farm.attempts(run.id, 'work');
    const log = attempt === undefined ? '' : (await farm.log(attempt.id)).toString();
    throw new Error(`run ${run.status}: ${JSON.stringify(run.reason)} ${JSON.stringify(attempt?.reason)}\n${log.slice(-3_000)}`);
  }
  return run;
}

/** The bytes of the one package that a run left, checked against its digest. */
async function resultOf(farm: Farm, run: RunView): Promise<Buffer> {
  const [made] = await farm.api.get<readonly Package[]>(`/runs/${run.id}/packages`);
  const response = await farm.api.raw('GET', `/packages/${made?.id}/content`);
  const bytes = Buffer.from(await response.arrayBuffer());
  expect(createHash('sha256').update(bytes).digest('hex')).to.equal(made?.sha256);
  return bytes;
}
