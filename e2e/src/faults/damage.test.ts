import { createHash } from 'node:crypto';
import { cp, mkdtemp, open, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { skipBecause } from '@drover/protocol/testing';
import type { Step } from '@drover/protocol/definition';
import type { AttemptView, Package, RunView } from '@drover/protocol/api';
import { expect } from 'chai';
import { job, makePipeline, makeProject, oneTask, shell, startRun } from '../testing/definitions.js';
import { Farm, readyLine } from '../testing/farm.js';
import { Chance } from './load/chance.js';
import { setting } from './signs/measures.js';

const rounds = setting('DROVER_FAULTS_DAMAGE_ROUNDS', 40);
const runs = 3;

interface Made {
  readonly attempt: AttemptView;
  readonly log: string;
  readonly packages: readonly Package[];
}

describe('O5 a disk that changes bytes under a controller that is stopped', function () {
  this.timeout(rounds * 30_000 + 180_000);
  let farm: Farm;
  let pristine: string;
  const made: Made[] = [];
  const chance = Chance.for('damage');
  const data = () => join(farm.folder, 'controller');

  before(async function () {
    if ((process.env['MONGODB_URI'] ?? '') !== '') skipBecause(this, 'the disk of the MongoDB that is given is not ours');
    farm = await Farm.start();
    await farm.addAgent({ name: 'worker', labels: ['worker'] });
    const script = 'for i in $(seq 1 3000); do echo "line $i of a log"; done; head -c 300000 /dev/urandom > made.bin';
    const upload: Step = { type: 'uploadPackage', name: 'Upload', files: ['made.bin'], package: 'made', version: '${PIPELINE_NUMBER}' };
    const { id } = await makePipeline(farm, await makeProject(farm), {
      jobs: [job('work', [shell(script), upload], { labels: ['worker'] })],
      pipeline: oneTask('work', 'work'),
    });
    for (let count = 0; count < runs; count++) made.push(await whole(await farm.finished((await startRun(farm, id)).id, 60_000)));
    await Promise.all([...farm.agents.values()].map((agent) => agent.stop()));
    await farm.controller.stop();
    pristine = await mkdtemp(join(tmpdir(), 'drover-e2e-'));
    await cp(data(), pristine, { recursive: true });
  });
  after(async () => {
    await farm?.close();
    if (pristine !== undefined) await rm(pristine, { recursive: true, force: true });
  });

  async function whole(run: RunView): Promise<Made> {
    const [attempt] = await farm.api.get<readonly AttemptView[]>(`/runs/${run.id}/attempts`);
    if (!attempt) throw new Error(`run ${run.id} has no attempt`);
    const log = await (await farm.api.raw('GET', `/attempts/${attempt.id}/log/raw`)).text();
    return { attempt, log, packages: await farm.api.get<readonly Package[]>(`/runs/${run.id}/packages`) };
  }

  it(`crashes at nothing and sends nothing damaged as whole, in ${rounds} rounds`, async () => {
    const tally = { refusedStarts: 0, refusals: 0, whole: 0 };
    for (let round = 0; round < rounds; round++) {
      await rm(data(), { recursive: true, force: true });
      await cp(pristine, data(), { recursive: true });
      const where = await damage();
      const controller = farm.launchController({});
      const started = await Promise.race([controller.line(readyLine).catch(() => undefined), controller.ended.then(() => undefined)]);
      if (started === undefined) {
        const { code, signal } = await controller.ended;
        const last = controller.lines.join('\n');
        expect({ code, signal }, `${where}\n${last}`).to.deep.equal({ code: 1, signal: null });
        expect(last, where).to.match(/damaged|Use a newer release|key file|cannot be read/);
        tally.refusedStarts += 1;
        continue;
      }
      for (const each of made) await readAll(each, where, tally);
      expect(controller.isRunning, `${where}\n${controller.lines.join('\n')}`).to.equal(true);
      await controller.stop();
    }
    process.stdout.write(`${JSON.stringify(tally)}\n`);
    expect(tally.refusals).to.be.greaterThan(0);
  });

  const below = (end: number): number => chance.within(0, end - 1);

  /** Changes some bytes, or cuts a file; says where. */
  async function damage(): Promise<string> {
    const found = (await readdir(data(), { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile());
    const paths = found.map((entry) => join(entry.parentPath, entry.name)).filter((path) => /\/(?:store|logs|packages)\//.test(path));
    const places: string[] = [];
    for (let count = 0; count < 6; count++) {
      const path = paths[below(paths.length)] ?? '';
      const { size } = await stat(path);
      if (size === 0) continue;
      const file = await open(path, 'r+');
      const at = below(size);
      if (below(8) === 0 && !path.includes('/store/')) await file.truncate(at);
      else {
        const { buffer } = await file.read(Buffer.alloc(1), 0, 1, at);
        await file.write(Buffer.from([(buffer[0] ?? 0) ^ (1 << below(8))]), 0, 1, at);
      }
      await file.close();
      places.push(`${relative(data(), path)}@${at}`);
    }
    return places.join(' ');
  }

  async function readAll({ attempt, log, packages }: Made, where: string, tally: { refusals: number; whole: number }): Promise<void> {
    const read = async (path: string): Promise<Buffer | undefined> => {
      try {
        const response = await farm.api.raw('GET', path);
        if (response.ok) return Buffer.from(await response.arrayBuffer());
        const problem = (await response.json()) as { code: string };
        expect(problem.code, `${path} ${where}`).to.be.oneOf(['damaged', 'notFound', 'unauthenticated', 'forbidden']);
      } catch (error) {
        if (!(error instanceof TypeError)) throw error; // the connection was cut before the last byte
      }
      tally.refusals += 1;
      return undefined;
    };
    const bytes = await read(`/attempts/${attempt.id}/log/raw`);
    if (bytes) {
      tally.whole += 1;
      expect(bytes.toString() === log, `the log of ${attempt.id}: ${where}`).to.equal(true);
    }
    await read(`/attempts/${attempt.id}/log/lines?from=0&count=2000`);
    await read(`/attempts/${attempt.id}/log/lines?from=2500&count=2000`);
    await read(`/attempts/${attempt.id}/log/search?q=line%202999`);
    await read(`/runs/${attempt.runId}`);
    for (const { id, sha256 } of packages) {
      const content = await read(`/packages/${id}/content`);
      if (content) expect(createHash('sha256').update(content).digest('hex'), where).to.equal(sha256);
    }
  }
});
