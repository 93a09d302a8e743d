import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { skipBecause } from '@drover/protocol/testing';
import { expect } from 'chai';
import { makeScript, startRun } from '../testing/definitions.js';
import { Farm } from '../testing/farm.js';
import { root, startProgram } from '../testing/programs.js';

describe('A9 a controller whose store is damaged', function () {
  this.timeout(60_000);
  let farm: Farm;
  before(async function () {
    if ((process.env['MONGODB_URI'] ?? '') !== '') skipBecause(this, 'the disk of the MongoDB that is given is not ours');
    farm = await Farm.start();
  });
  after(() => farm?.close());

  /** What a program of the store says, and how it ends. */
  async function store(...args: readonly string[]): Promise<{ readonly code: number | null; readonly said: string }> {
    const program = startProgram({ name: 'store', args: [join(root, 'controller', 'embedded-store', 'dist', 'cli.js'), ...args] });
    const { code } = await program.ended;
    return { code, said: program.lines.join('\n') };
  }

  it('says at its start which record is damaged and what can be done; after the repair all others are there', async () => {
    const pipeline = await makeScript(farm, 'true', { labels: ['nobody'] });
    const [lost, kept] = [await startRun(farm, pipeline.id), await startRun(farm, pipeline.id)];
    await farm.controller.stop();
    const folder = join(farm.folder, 'controller', 'store');
    await damageRun(join(folder, 'data.mdb'), lost.id);

    const refused = farm.launchController({});
    expect((await refused.ended).code).to.equal(1);
    expect(refused.lines.join('\n')).to.match(/Document \d+ of drover\.runs is damaged.*repair/s);

    const repaired = join(farm.folder, 'repaired');
    const { code, said } = await store('repair', '--data', folder, '--to', repaired);
    expect([code, said]).to.satisfy(([, text]: [number, string]) => code === 0 && /Lost: document \d+ of drover\.runs/.test(text), said);
    await rm(folder, { recursive: true });
    await rename(repaired, folder);

    await farm.restartController({});
    expect((await farm.api.raw('GET', `/runs/${lost.id}`)).status).to.equal(404);
    expect(await farm.api.get<{ status: string }>(`/runs/${kept.id}`)).to.deep.include({ status: 'queued' });
    await farm.addAgent({ labels: ['nobody'] });
    expect((await farm.finished(kept.id)).status).to.equal('succeeded');
    const next = await startRun(farm, pipeline.id);
    expect((await farm.finished(next.id)).status).to.equal('succeeded');
  });
});

/** Changes a byte behind each place where the record of a run states its pipeline: the index keeps its entries. */
async function damageRun(path: string, runId: string): Promise<void> {
  const bytes = await readFile(path);
  const begin = Buffer.from(`\x02_id\0\x1b\0\0\0${runId}\0`);
  let found = 0;
  for (let at = bytes.indexOf(begin); at >= 0; at = bytes.indexOf(begin, at + 1)) {
    const place = bytes.indexOf('lastWriteId', at);
    if (place < 0 || place > at + 4_000) continue;
    bytes.writeUInt8(bytes.readUInt8(place + 3) ^ 4, place + 3);
    found += 1;
  }
  if (found === 0) throw new Error(`no record of run ${runId} is in ${path}`);
  await writeFile(path, bytes);
}
