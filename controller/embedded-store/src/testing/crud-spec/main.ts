import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startEmbeddedStore } from '../../start.js';
import { parseSpecFile } from './format.js';
import { runFile, type Outcome } from './run-file.js';

/**
 * Runs MongoDB's published CRUD specification tests (unified format) from a folder against an embedded store of its
 * own, or against the server that MONGODB_URI names. Their licence keeps them out of this repository.
 */

const wantedShare = 0.97;

async function runAll(folder: string, uri: string): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const name of (await readdir(folder)).filter((file) => file.endsWith('.json')).sort()) {
    outcomes.push(...(await runFile(parseSpecFile(name, await readFile(join(folder, name), 'utf8')), uri)));
  }
  return outcomes;
}

/** Tells the figures; true where enough of what applies has passed. */
function report(outcomes: readonly Outcome[]): boolean {
  const failed = outcomes.filter(({ verdict }) => verdict === 'failed');
  for (const { title, reason } of failed) console.log(`FAILED  ${title}\n        ${reason}`);
  const reasons = new Map<string, number>();
  for (const { verdict, reason } of outcomes) {
    if (verdict === 'not applicable' || verdict === 'refused') reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  }
  for (const [reason, count] of [...reasons].sort(([, a], [, b]) => b - a))
    console.log(`${String(count).padStart(6)}  left out: ${reason}`);
  const count = (wanted: Outcome['verdict']) => outcomes.filter(({ verdict }) => verdict === wanted).length;
  const [passed, refused] = [count('passed'), count('refused')];
  const percent = (of: number) => `${((100 * passed) / Math.max(1, of)).toFixed(1)} %`;
  const applicable = passed + failed.length;
  console.log(
    `${outcomes.length} tests: ${passed} passed, ${failed.length} failed, ${refused} refused by design, ${count('not applicable')} not applicable`,
  );
  console.log(
    `${percent(applicable)} of those that apply; ${percent(applicable + refused)} where what is refused by design counts as failed`,
  );
  return applicable > 0 && passed >= wantedShare * applicable;
}

const [folder] = process.argv.slice(2);
if (folder === undefined) {
  console.log('usage: npm run store:spec -- FOLDER   (of the *.json files of the CRUD specification, unified format)');
  process.exitCode = 2;
} else if (process.env['MONGODB_URI']) {
  process.exitCode = report(await runAll(folder, process.env['MONGODB_URI'])) ? 0 : 1;
} else {
  const dataDir = await mkdtemp(join(tmpdir(), 'drover-store-spec-'));
  const store = await startEmbeddedStore({ dataDir });
  process.exitCode = report(await runAll(folder, store.uri)) ? 0 : 1;
  await store.close();
  await rm(dataDir, { recursive: true });
}
