import { readFileSync, watch } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { killAgent, killed } from '../crashes/mortal.js';
import { startRun } from '../testing/definitions.js';
import { Farm } from '../testing/farm.js';
import { Tally } from './signs/tally.js';
import { begunIn, endedIn, expectWideWhole, makeWide } from './load/work.js';

const tasks = 6;
const beats = 6;

describe('G6 G7 tasks that end while the controller is down', function () {
  this.timeout(120_000);
  let farm: Farm;
  let tally: Tally;
  before(async () => {
    tally = await Tally.open();
    farm = await Farm.start();
    for (const name of ['one', 'two']) await farm.addAgent({ name, labels: ['down'], slots: tasks / 2 });
  });
  after(async () => {
    await farm?.close();
    await tally?.close();
  });

  const runUntilAllEnded = async (packageEvery?: number) => {
    const { id } = await makeWide(farm, tally, { tasks, beats, labels: ['down'], ...(packageEvery === undefined ? {} : { packageEvery }) });
    const run = await startRun(farm, id);
    await tally.until((heard) => begunIn(heard, run.id) === tasks);
    await killed(farm.controller);
    await tally.until((heard) => endedIn(heard, run.id) === tasks);
    return run;
  };

  it('are taken in when it is back: results, logs and packages', async () => {
    const run = await runUntilAllEnded(3);
    await farm.restartController();
    const attempts = await expectWideWhole(farm, tally, { run: await farm.finished(run.id), beats, packages: 2 });
    expect(attempts.map(({ number, outcome }) => [number, outcome])).to.deep.equal(Array.from({ length: tasks }, () => [1, 'succeeded']));
  });

  it('are taken in although their agents were killed (kill -9) meanwhile: what had ended has ended', async () => {
    const run = await runUntilAllEnded();
    for (const name of farm.agents.keys()) await journaled(farm.agentFolder(name), { runId: run.id, results: tasks / 2 });
    for (const name of farm.agents.keys()) await killAgent(farm, name);
    await farm.restartController();
    await Promise.all([...farm.agents.keys()].map((name) => farm.startAgent(name)));
    const attempts = await expectWideWhole(farm, tally, { run: await farm.finished(run.id), beats });
    for (const { number, outcome, id } of attempts) expect(outcome, id).to.equal('succeeded', `attempt ${number}`);
  });
});

/** Resolves once so many results of a run are in the journal of an agent. */
async function journaled(agentFolder: string, { runId, results }: { runId: string; results: number }): Promise<void> {
  const folder = join(agentFolder, 'journal');
  const watcher = watch(folder);
  const written = () =>
    readFileSync(join(folder, 'attempts.journal'), 'utf8')
      .split('\n')
      .filter((line) => line.includes('"type":"finished"') && line.includes(runId)).length;
  await new Promise<void>((resolve) => {
    const look = () => void (written() >= results && resolve());
    watcher.on('change', look);
    look();
  });
  watcher.close();
}
