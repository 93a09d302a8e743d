import { join } from 'node:path';
import { startEmbeddedStore } from '@drover/embedded-store';
import type { Pipeline, RunView } from '@drover/protocol/api';
import { MongoClient, type Db, type Document } from 'mongodb';
import { makeScript, startRun } from '../../testing/definitions.js';
import type { Farm } from '../../testing/farm.js';
import { manyRegistrations, SimulatedAgents } from '../../testing/simulated/simulated-agents.js';
import type { Stage, Subject } from '../harness/stage.js';
import { percentile } from '../harness/statistics.js';

const oldRuns = 100_000;
const batch = 2_000;
const requests = 200;
/** People look at the first ones. */
const pages = 10;
const minuteMs = 60_000;

type Stored = Document & { readonly _id: string };

/** A farm with a long past: one real run, and 100,000 copies of what the store keeps of it, one a minute back in time. */
export const historySubject: Subject = {
  name: 'history',
  figures: ['controller-start', 'run-list', 'run-detail'],
  limitMs: 420_000,
  async measure(stage) {
    const farm = await stage.farm({ env: manyRegistrations });
    const agents = await SimulatedAgents.register(farm, { count: 1 });
    await agents.connect();
    const pipeline = await makeScript(farm, 'true');
    const run = await farm.finished((await startRun(farm, pipeline.id)).id);
    agents.close();
    await farm.controller.stop();
    stage.say(`putting ${oldRuns.toLocaleString('en')} old runs into the store`);
    const runIds = await multiply(join(farm.folder, 'controller', 'store'), run);
    for (let round = 1; round <= stage.rounds; round += 1) {
      stage.say(`start, round ${round} of ${stage.rounds}`);
      const started = performance.now();
      await farm.restartController();
      stage.record('controller-start', performance.now() - started);
      if (round < stage.rounds) await farm.controller.stop();
    }
    await measureApi(stage, farm, pipeline, runIds);
  },
};

async function measureApi(stage: Stage, farm: Farm, pipeline: Pipeline, runIds: readonly string[]): Promise<void> {
  for (let round = 1; round <= stage.rounds; round += 1) {
    stage.say(`lists and details, round ${round} of ${stage.rounds}`);
    const [lists, details]: [number[], number[]] = [[], []];
    for (let count = 0; count < requests; count += 1) {
      const page = 1 + (count % pages);
      lists.push(await timed(() => farm.api.get(`/pipelines/${pipeline.id}/runs?days=31&page=${page}`)));
      details.push(await timed(() => farm.api.get(`/runs/${runIds[Math.floor((count / requests) * runIds.length)]}`)));
    }
    stage.record('run-list', percentile(lists, 95));
    stage.record('run-detail', percentile(details, 95));
  }
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** Copies the run, its attempt and its timeline under new ids and numbers; gives the ids of the new runs. */
async function multiply(dataDir: string, run: RunView): Promise<readonly string[]> {
  const store = await startEmbeddedStore({ dataDir });
  const client = await MongoClient.connect(store.uri);
  try {
    const db = client.db('drover');
    const ids = Array.from({ length: oldRuns }, (_, index) => idOf(run.id, index));
    for (const [name, where] of [
      ['runs', { _id: run.id }],
      ['attempts', { runId: run.id }],
      ['runEvents', { runId: run.id }],
    ] as const) {
      const originals = await db.collection<Stored>(name).find(where).toArray();
      if (originals.length === 0) throw new Error(`the store keeps nothing of the run in ${name}`);
      await insertCopies(db, name, originals, { run, ids });
    }
    await db.collection<Stored>('pipelines').updateOne({ _id: run.pipelineId }, { $set: { nextNumber: oldRuns + 2 } });
    return ids;
  } finally {
    await client.close();
    await store.close();
  }
}

async function insertCopies(
  db: Db,
  name: string,
  originals: readonly Stored[],
  { run, ids }: { readonly run: RunView; readonly ids: readonly string[] },
): Promise<void> {
  const text = JSON.stringify(originals);
  for (let start = 0; start < ids.length; start += batch) {
    const copies = ids.slice(start, start + batch).flatMap((id, index) => copiesOf(text, run, { id, number: start + index + 2 }));
    await db.collection<Stored>(name).insertMany(copies, { ordered: false });
  }
}

function copiesOf(originals: string, run: RunView, { id, number }: { readonly id: string; readonly number: number }): Stored[] {
  const copies = JSON.parse(originals.replaceAll(run.id, id)) as Stored[];
  return copies.map((copy) => shifted(copy, { number, backMs: (oldRuns + 2 - number) * (minuteMs / 4) }));
}

/** The record with another number of its run, and all moments of it so much earlier. */
function shifted(record: Stored, { number, backMs }: { readonly number: number; readonly backMs: number }): Stored {
  const moved = (value: unknown, key: string): unknown => {
    if (typeof value === 'number' && /At$|^at$|Deadline$/.test(key)) return value - backMs;
    if (Array.isArray(value)) return value.map((each) => moved(each, ''));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, moved(part, name)]));
  };
  const copy = moved(record, '') as Stored;
  if (typeof copy['run'] !== 'object') return 'runNumber' in copy ? { ...copy, runNumber: number } : copy;
  return { ...copy, number, run: { ...(copy['run'] as object), number } };
}

/** A sortable id like the run's, told apart by its last characters. */
const idOf = (id: string, index: number): string => `${id.slice(0, 20)}${index.toString().padStart(6, '0')}`;
