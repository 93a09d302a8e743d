import type { Package } from '@drover/protocol/api';
import { expect } from 'chai';
import { job, makePipeline, makeProject, oneTask, shell, startRun } from '../testing/definitions.js';
import { Farm } from '../testing/farm.js';
import { LogViewer } from './signs/log-viewer.js';
import { msUntil } from './signs/measures.js';
import { firstAttempt } from './signs/presence.js';
import { SlowProxy } from './links/slow-proxy.js';
import { digest, upload } from './load/work.js';

const quality = { bytesPerSecond: 500_000, delayMs: 200 };
const logLines = 700_000;
const packageBytes = 3_000_000;
/** Log bytes and heartbeats flow: no silence is longer than this while the link is full. */
const longestSilenceMs = 5_000;

describe('G6 B1 B2 an agent behind a slow link (500 KB/s, 200 ms each way)', function () {
  this.timeout(240_000);
  let farm: Farm;
  let proxy: SlowProxy;
  before(async () => {
    farm = await Farm.start();
    proxy = await SlowProxy.open(() => Number(new URL(farm.url).port), quality);
    await farm.addAgent({ name: 'slow', slots: 2, labels: ['slow'], url: `http://127.0.0.1:${proxy.port}` });
  });
  after(async () => {
    await farm?.close();
    await proxy?.close();
  });

  it('keeps its connection while it is full: log, package and heartbeats all flow, and all of it arrives', async () => {
    const known = Array.from({ length: logLines }, (_, index) => `${index + 1}\n`).join('');
    const project = await makeProject(farm);
    const logs = await makePipeline(farm, project, {
      jobs: [job('logs', [shell(`seq 1 ${logLines}`)], { labels: ['slow'] })],
      pipeline: oneTask('logs', 'logs'),
    });
    const packs = await makePipeline(farm, project, {
      jobs: [job('packs', [shell(`head -c ${packageBytes} /dev/zero | tr '\\0' x > made.txt`), upload], { labels: ['slow'] })],
      pipeline: oneTask('packs', 'packs'),
    });
    const [logging, packing] = [await startRun(farm, logs.id), await startRun(farm, packs.id)];
    const viewer = await LogViewer.open(farm.api, await firstAttempt(farm, logging, 'work'), 'reads');
    const tookMs = await msUntil(Promise.all([farm.finished(logging.id, 180_000), farm.finished(packing.id, 180_000)]));
    viewer.close();
    for (const { id } of [logging, packing]) expect((await farm.finished(id)).status).to.equal('succeeded');
    expect((await farm.log(`${logging.id}.work.1`)).toString() === known, 'the log').to.equal(true);
    const packages = await farm.api.get<readonly Package[]>(`/runs/${packing.id}/packages`);
    expect(packages.map(({ sha256 }) => sha256)).to.deep.equal([digest('x'.repeat(packageBytes))]);
    const said = [...farm.controller.lines, ...(farm.agents.get('slow')?.lines ?? [])].filter((line) =>
      /agent disconnected|no link to the controller/.test(line),
    );
    expect(said, 'nobody lost the connection').to.deep.equal([]);
    const leastMs = ((known.length + packageBytes) / quality.bytesPerSecond) * 1_000;
    process.stdout.write(
      `${((known.length + packageBytes) / 1e6).toFixed(1)} MB over the slow link in ${(tookMs / 1_000).toFixed(1)} s (at its speed ${(leastMs / 1_000).toFixed(1)} s), longest silence ${Math.round(viewer.longestSilenceMs)} ms\n`,
    );
    expect(viewer.longestSilenceMs).to.be.at.most(longestSilenceMs);
    expect(tookMs).to.be.at.most(leastMs * 3 + 10_000);
  });
});
