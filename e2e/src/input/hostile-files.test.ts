import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AttemptView, Package } from '@drover/protocol/api';
import { expect } from 'chai';
import { job, makePipeline, makeProject, oneTask, shell, startRun } from '../testing/definitions.js';
import { Farm } from '../testing/farm.js';

/** Files whose names look like options, commands, markup, other folders; with line ends and letters of no encoding. */
const makeFiles = String.raw`
mkdir -p out/deep 'out/-rf' 'out/$(id)'
cd out
printf x > '--checkpoint-action=exec=touch pwned'
printf x > '-T'
printf x > '@list'
printf x > 'a b"c'
printf x > "$(printf 'line\nend')"
printf x > '<script>alert(1)<script>'
printf x > 'Ünïcödé 𝒳'
printf x > ./-rf/inside
printf x > '$(id)/inside'
ln -s deep inner
cd ..
mkdir leaking && ln -s /etc/passwd leaking/passwd
mkdir climbing && ln -s ../../../../../etc climbing/etc
ln -s / everything
mkfifo pipe
mkdir noText && printf x > "$(printf 'noText/\377\376.bin')"
`;

describe('B2 G9 hostile names, links and pipes in a workspace', function () {
  this.timeout(120_000);
  let farm: Farm;
  before(async () => {
    farm = await Farm.start({ env: { DROVER_LOG_LEVEL: 'error', DROVER_ALLOW_UNISOLATED: 'true' } });
    await farm.addAgent();
  });
  after(() => farm.close());

  /** A run that makes the files and then uploads each of these, whatever becomes of the others. */
  async function packed(patterns: readonly string[]): Promise<{ attempt: AttemptView | undefined; packages: readonly Package[] }> {
    const project = await makeProject(farm);
    const uploads = patterns.map((pattern, index) => ({
      name: `Upload ${index}`,
      type: 'uploadPackage' as const,
      files: [pattern],
      package: 'files',
      version: String(index),
      continueOnError: true,
    }));
    const pipeline = await makePipeline(farm, project, {
      jobs: [job('pack', [shell(makeFiles), ...uploads])],
      pipeline: oneTask('pack', 'pack'),
    });
    const run = await startRun(farm, pipeline.id);
    await farm.finished(run.id);
    const [attempt] = await farm.attempts(run.id, 'work');
    expect(attempt?.steps[0]?.outcome, (await farm.log(`${run.id}.work.1`)).toString()).to.equal('succeeded');
    return { attempt, packages: (await farm.api.get<{ items: readonly Package[] }>(`/projects/${project.id}/packages`)).items };
  }

  it('are packed with the names they have, and unpack to the same, without running anything', async () => {
    const { attempt, packages } = await packed(['out']);
    expect(attempt?.outcome, JSON.stringify(attempt)).to.equal('succeeded');
    expect(packages).to.have.lengthOf(1);
    const archive = join(farm.folder, 'out.tar.gz');
    await writeFile(archive, Buffer.from(await (await farm.api.raw('GET', `/packages/${packages[0]?.id ?? ''}/content`)).arrayBuffer()));
    const target = join(farm.folder, 'unpacked');
    await mkdir(target);
    execFileSync('tar', ['-xzf', archive, '-C', target]);
    const names = execFileSync('find', ['.', '-mindepth', '1', '-print0'], { cwd: target })
      .toString('latin1')
      .split('\0')
      .filter((name) => name !== '');
    expect(names).to.include.members([
      './--checkpoint-action=exec=touch pwned',
      './-T',
      './@list',
      './a b"c',
      './line\nend',
      './<script>alert(1)<script>',
      './$(id)/inside',
      './inner',
    ]);
    expect(names.some((name) => name.includes('pwned') && !name.includes('checkpoint'))).to.equal(false);
  });

  it('that lead out of the workspace are not packed, and the task says so', async () => {
    const patterns = ['leaking', 'climbing', 'everything', 'everything/etc/passwd', 'leaking/passwd', 'pipe', 'noText'];
    const { attempt, packages } = await packed(patterns);
    expect(packages, JSON.stringify(packages)).to.deep.equal([]);
    const outcomes = attempt?.steps.slice(1).map(({ outcome }) => outcome);
    expect(outcomes, JSON.stringify(attempt)).to.deep.equal(patterns.map(() => 'failed'));
    const told = (await farm.log(attempt?.id ?? '')).toString() + JSON.stringify(attempt?.warnings);
    expect(told).to.include('UTF-8').and.include('leads out').and.not.include(farm.folder);
    expect((await farm.api.raw('GET', '/agents')).status).to.equal(200);
  });
});
