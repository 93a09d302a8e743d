import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Package, Pipeline, RunView } from '@drover/protocol/api';
import { expect } from 'chai';
import { job, makePipeline, makeProject, oneTask, shell, startRun } from '../testing/definitions.js';
import { Farm, readyLine } from '../testing/farm.js';
import { Witness } from '../testing/witness.js';
import { GrowingFiles } from './growing-files.js';
import { expectNothingLeft } from './leftovers.js';
import { agentDiesAt, killAgent, killed, MortalController } from './mortal.js';
import { expectNoneTwice } from './work.js';
import { reached } from './points.js';

const lines = 1_500_000;
const printed = Buffer.from(Array.from({ length: lines }, (_, index) => `${index + 1}\n`).join(''));
const madeBytes = 150_000_000;
/** Behind so many bytes of the upload its middle begins. */
const middleBytes = 20_000_000;

describe('B1 B2 killed (kill -9) in the middle', function () {
  this.timeout(120_000);
  let farm: Farm;
  let witness: Witness;
  let logs: Pipeline;
  let uploads: Pipeline;
  before(async () => {
    witness = await Witness.open();
    farm = await Farm.start();
    await farm.addAgent({ name: 'worker', labels: ['worker'], slots: 1 });
    const told = witness.tell('$DROVER_ATTEMPT_ID');
    logs = await makePipeline(farm, await makeProject(farm), {
      jobs: [job('logs', [shell(`${told}\nseq 1 ${lines}`)], { labels: ['worker'] })],
      pipeline: oneTask('logs', 'logs'),
    });
    const make = shell(`${told}\nhead -c ${madeBytes} /dev/zero | tr '\\0' x > made.bin; sha256sum made.bin`);
    uploads = await makePipeline(farm, await makeProject(farm), {
      jobs: [
        job(
          'uploads',
          [make, { type: 'uploadPackage', name: 'Upload', files: ['made.bin'], package: 'made', version: '${PIPELINE_NUMBER}' }],
          {
            labels: ['worker'],
          },
        ),
      ],
      pipeline: oneTask('uploads', 'uploads'),
    });
  });
  after(async () => {
    await farm?.close();
    await witness?.close();
  });

  it('of a long log, a controller continues at the stored end', async () => {
    const points = reached(['controller.log.appended:4', 'controller.log.written:9']);
    const mortal = new MortalController(farm);
    const run = await mortal.dieAt(points, () => mortal.start(logs.id, 'log'));
    const [attempt, ...more] = await ended(run);
    expect(more).to.deep.equal([]);
    expect(attempt?.log).to.deep.include({ state: 'complete', sizeBytes: printed.length });
    expect((await farm.log(attempt?.id ?? '')).equals(printed)).to.equal(true);
  });

  it('of a long log, an agent delivers what it had printed, and another attempt prints it whole', async () => {
    const starting = startRun(farm, logs.id);
    await agentDiesAt(farm, 'worker', ['agent.log.stored:4'], () => starting);
    const [lost, whole, ...more] = await ended(await starting);
    expect(more).to.deep.equal([]);
    expect([lost?.outcome, lost?.log.state, whole?.log.state]).to.deep.equal(['lost', 'complete', 'complete']);
    const beginning = await farm.log(lost?.id ?? '');
    expect(beginning.length).to.be.greaterThan(0);
    expect(beginning.equals(printed.subarray(0, beginning.length))).to.equal(true);
    expect((await farm.log(whole?.id ?? '')).equals(printed)).to.equal(true);
  });

  it('of an upload, a controller continues where it stopped', async () => {
    const files = new GrowingFiles(join(farm.folder, 'controller', 'packages', 'uploads'));
    const run = await startRun(farm, uploads.id);
    await files.grown(middleBytes);
    await killed(farm.controller);
    const stopped = files.largest();
    expect(stopped).to.be.within(middleBytes, madeBytes - 1);
    const least = files.leastFromNow();
    await farm.launchController({}).line(readyLine);
    const [, ...more] = await ended(run);
    expect(more).to.deep.equal([]);
    expect(least()).to.be.at.least(stopped);
    files.close();
    await expectPackage(run);
  });

  it('of an upload, the next attempt of an agent continues where it stopped', async () => {
    const files = new GrowingFiles(join(farm.folder, 'controller', 'packages', 'uploads'));
    const run = await startRun(farm, uploads.id);
    await files.grown(middleBytes);
    await killAgent(farm, 'worker');
    expect(files.largest()).to.be.within(middleBytes, madeBytes - 1);
    const least = files.leastFromNow();
    await farm.startAgent('worker');
    const [lost, whole, ...more] = await ended(run);
    expect(more).to.deep.equal([]);
    expect([lost?.outcome, whole?.outcome]).to.deep.equal(['lost', 'succeeded']);
    expect(least()).to.be.at.least(middleBytes);
    files.close();
    await expectPackage(run);
  });

  /** The attempts of a run that succeeded, in order; nothing of it is left on the machine. */
  async function ended({ id }: RunView) {
    const run = await farm.finished(id);
    expect(run.status, JSON.stringify(run)).to.equal('succeeded');
    expectNoneTwice(witness, id);
    await expectNothingLeft(farm, 'worker');
    return (await farm.attempts(id, 'work')).toSorted((a, b) => a.number - b.number);
  }

  async function expectPackage({ id }: RunView): Promise<void> {
    const packages = await farm.api.get<readonly Package[]>(`/runs/${id}/packages`);
    expect(packages.map(({ fileName, sizeBytes }) => [fileName, sizeBytes])).to.deep.equal([['made.bin', madeBytes]]);
    const [{ id: packageId, sha256 } = { id: '', sha256: '' }] = packages;
    const content = await farm.api.raw('GET', `/packages/${packageId}/content`);
    const hash = createHash('sha256');
    for await (const piece of content.body ?? []) hash.update(piece);
    expect(hash.digest('hex'))
      .to.equal(sha256)
      .and.to.equal(await sumPrinted(id));
  }

  /** The sum of the file as the task itself printed it. */
  async function sumPrinted(runId: string): Promise<string> {
    const last = (await farm.attempts(runId, 'work')).toSorted((a, b) => a.number - b.number).at(-1);
    return (await farm.log(last?.id ?? '')).toString().slice(0, 64);
  }
});
