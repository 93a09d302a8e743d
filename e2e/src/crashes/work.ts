import { createHash } from 'node:crypto';
import type { Package, Pipeline, RunView } from '@drover/protocol/api';
import type { Step } from '@drover/protocol/definition';
import { expect } from 'chai';
import { job, makePipeline, makeProject, oneTask, shell } from '../testing/definitions.js';
import type { Farm } from '../testing/farm.js';
import type { Witness } from '../testing/witness.js';

const lines = 2_000;
const made = 'x'.repeat(300_000);

/** A pipeline whose one task tells the witness who runs, prints known lines, and leaves a package of known bytes. */
export async function makeWork(farm: Farm, witness: Witness, label: string): Promise<Pipeline> {
  const project = await makeProject(farm);
  const script = [
    witness.tell('$DROVER_ATTEMPT_ID'),
    `seq 1 ${lines / 2}`,
    `head -c ${made.length} /dev/zero | tr '\\0' x > made.txt`,
    'sleep 0.4',
    `seq ${lines / 2 + 1} ${lines}`,
  ].join('\n');
  const upload: Step = { type: 'uploadPackage', name: 'Upload', files: ['made.txt'], package: 'made', version: '${PIPELINE_NUMBER}' };
  return makePipeline(farm, project, {
    jobs: [job('work', [shell(script), upload], { labels: [label] })],
    pipeline: oneTask('work', 'work'),
  });
}

/** A pipeline whose one task tells the witness who runs, and then continues until it is stopped. */
export async function makeEndless(farm: Farm, witness: Witness, label: string): Promise<Pipeline> {
  const script = `${witness.tell('$DROVER_ATTEMPT_ID')}\nwhile :; do sleep 1; done`;
  return makePipeline(farm, await makeProject(farm), {
    jobs: [job('endless', [shell(script)], { labels: [label] })],
    pipeline: oneTask('endless', 'endless'),
  });
}

/**
 * The run succeeded; no attempt ran twice; no log that was begun lacks anything, and the last attempt's log and package
 * are to the byte what was made. Resolves with the number of attempts.
 */
export async function expectWhole(farm: Farm, witness: Witness, run: RunView): Promise<number> {
  expect(run.status, JSON.stringify(run)).to.equal('succeeded');
  const attempts = (await farm.attempts(run.id, 'work')).toSorted((a, b) => a.number - b.number);
  expectNoneTwice(witness, run.id);
  const last = attempts.at(-1);
  expect(await printedBy(farm, last?.id ?? '')).to.equal(printed());
  const begun = attempts.filter(({ id }) => id === last?.id || witness.heard.includes(id));
  expect(begun.map(({ id, log }) => [id, log.state])).to.deep.equal(begun.map(({ id }) => [id, 'complete']));
  const packages = await farm.api.get<readonly Package[]>(`/runs/${run.id}/packages`);
  expect(packages.map(({ fileName, sha256 }) => [fileName, sha256])).to.deep.equal([
    ['made.txt', createHash('sha256').update(made).digest('hex')],
  ]);
  return attempts.length;
}

/** Each attempt of the run was heard once at most. */
export function expectNoneTwice(witness: Witness, runId: string): void {
  const ran = witness.heard.filter((id) => id.startsWith(runId));
  expect(new Set(ran).size, `ran: ${ran.join(', ')}`).to.equal(ran.length);
}

const printed = (): string => Array.from({ length: lines }, (_, index) => `${index + 1}\n`).join('');

/** What the script printed, without the lines that the upload adds behind it. */
async function printedBy(farm: Farm, attemptId: string): Promise<string> {
  return (await farm.log(attemptId)).toString().slice(0, printed().length);
}
