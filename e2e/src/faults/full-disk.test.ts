import { join } from 'node:path';
import type { Package, Pipeline, RunView } from '@drover/protocol/api';
import { skipBecause } from '@drover/protocol/testing';
import { expect } from 'chai';
import { GrowingFiles } from '../crashes/growing-files.js';
import { job, makePipeline, makeProject, makeScript, oneTask, shell, startRun } from '../testing/definitions.js';
import { Refusal } from '../testing/api.js';
import { Farm } from '../testing/farm.js';
import { logOutlivesFullDisk, SmallDisk, smallDiskMissing } from './courses/full-disk.js';
import { agentsUntil } from './signs/presence.js';
import { Tally } from './signs/tally.js';
import { begunIn, digest, expectWideWhole, makeWide, printed, upload } from './load/work.js';

const beats = 20;
const packageBytes = 12_000_000;

describe('B1 B2 G14 a disk that is full', function () {
  this.timeout(180_000);
  let farm: Farm;
  let tally: Tally;
  let ofController: SmallDisk;
  let ofAgent: SmallDisk;
  before(async function () {
    const missing = smallDiskMissing();
    if (missing !== undefined) {
      skipBecause(this, missing);
    }
    tally = await Tally.open();
    const prepare = async (folder: string) => {
      ofController = await SmallDisk.mount(join(folder, 'controller'), 64);
      ofAgent = await SmallDisk.mount(join(folder, 'worker'), 48);
      return async () => {
        await ofController.unmount();
        await ofAgent.unmount();
      };
    };
    farm = await Farm.start({ prepare });
    await farm.addAgent({ name: 'worker', labels: ['worker'], env: { DROVER_AGENT_MIN_FREE_MB: '4' } });
  });
  after(async () => {
    await farm?.close();
    await tally?.close();
  });
  afterEach(async () => {
    await ofController.empty();
    await ofAgent.empty();
  });

  const begin = async ({ id }: Pipeline): Promise<RunView> => {
    const run = await startRun(farm, id);
    await tally.until((heard) => begunIn(heard, run.id) === 1);
    return run;
  };
  const isUp = async () => expect((await fetch(`${farm.url}/healthz`)).status).to.equal(200);

  it('of the controller, in the middle of a log: the task continues, and its log is whole once there is space again', async () => {
    await logOutlivesFullDisk(farm, tally, { disk: ofController, agent: 'worker', beats });
    await isUp();
  });

  it('of the controller, in the middle of a package: the upload continues once there is space again', async () => {
    const script = shell(`head -c ${packageBytes} /dev/zero | tr '\\0' x > made.txt`);
    const pipeline = await makePipeline(farm, await makeProject(farm), {
      jobs: [job('pack', [script, upload], { labels: ['worker'] })],
      pipeline: oneTask('pack', 'pack'),
    });
    const files = new GrowingFiles(join(farm.folder, 'controller', 'packages', 'uploads'));
    await ofController.fill({ leaveBytes: 6_000_000 });
    const run = await startRun(farm, pipeline.id);
    await files.grown(4_000_000);
    await ofController.fill();
    await isUp();
    expect((await farm.api.get<RunView>(`/runs/${run.id}`)).finishedAt).to.equal(undefined);
    await ofController.empty();
    expect((await farm.finished(run.id)).status).to.equal('succeeded');
    files.close();
    const [attempt] = await farm.attempts(run.id, 'work');
    expect(attempt?.warnings).to.deep.equal([]);
    const packages = await farm.api.get<readonly Package[]>(`/runs/${run.id}/packages`);
    expect(packages.map(({ sha256 }) => sha256)).to.deep.equal([digest('x'.repeat(packageBytes))]);
  });

  it('of the controller, in the middle of commits to the store: refuses in words, keeps what it acknowledged, takes more once there is space', async () => {
    const pipeline = await makeScript(farm, 'true', { labels: ['nobody-has-this'] });
    const acknowledged: string[] = [];
    let refusal: unknown;
    await ofController.fill();
    for (let start = 0; start < 2_000 && refusal === undefined; start += 1) {
      await startRun(farm, pipeline.id).then(
        ({ id }) => acknowledged.push(id),
        (error: unknown) => (refusal = error),
      );
    }
    expect(refusal).to.be.instanceOf(Refusal);
    expect(refusal instanceof Refusal ? refusal.status : 0, String(refusal)).to.be.oneOf([503, 507]);
    await isUp();
    await ofController.empty();
    acknowledged.push((await startRun(farm, pipeline.id)).id);
    for (const id of acknowledged) expect((await farm.api.get<RunView>(`/runs/${id}`)).id).to.equal(id);
    const numbers = await Promise.all(acknowledged.map(async (id) => (await farm.api.get<RunView>(`/runs/${id}`)).number));
    expect(new Set(numbers).size).to.equal(numbers.length);
    for (const id of acknowledged) await farm.api.post(`/runs/${id}/stop`, {});
  });

  it('of the agent, in the middle of a log: the task fails by that name, what was stored stays, and work continues once there is space', async () => {
    const wide = await makeWide(farm, tally, { tasks: 1, beats, labels: ['worker'] });
    const run = await begin(wide);
    await ofAgent.fill();
    expect((await farm.finished(run.id)).status).to.equal('failed');
    const [attempt] = await farm.attempts(run.id, 't0');
    expect(attempt?.reason?.code).to.equal('diskFull');
    expect(attempt?.log.state).to.equal('cut');
    const log = (await farm.log(attempt?.id ?? '')).toString();
    expect(printed(beats).startsWith(log), 'what is stored is what was printed first').to.equal(true);
    await agentsUntil(farm, (agents) => agents.some(({ name, status }) => name === 'worker' && status === 'unhealthy'));
    const waiting = await startRun(farm, wide.id);
    await ofAgent.empty();
    await expectWideWhole(farm, tally, { run: await farm.finished(waiting.id, 90_000), beats });
  });
});
