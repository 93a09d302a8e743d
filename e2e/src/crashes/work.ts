import { createHash } from 'node:crypto';
import type { Package, Pipeline, RunView } from '@drover/protocol/api';
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
    'sleep 0.2',
    `seq ${lines / 2 + 1} ${lines}`,
  ].join('\n');
  return makePipeline(farm, project, {
    jobs: [
      job('work', [shell(script), { type: 'uploadPackage', name: 'Upload', files: ['made.txt'], package: 'made', version: '1' }], {
        labels: [label],
      }),
    ],
    pipeline: oneTask('work', 'work'),
  });
}

/** Starts a run however often the controller dies meanwhile; `revive` brings it back. */
export async function startDespiteCrashes(farm: Farm, pipelineId: string, key: string, revive: () => Promise<void>): Promise<RunView> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await farm.api.post<RunView>(`/pipelines/${pipelineId}/runs`, {}, { 'idempotency-key': key });
    } catch (error) {
      if (tries === 3 || !(error instanceof TypeError)) throw error;
      await revive();
    }
  }
}

/** The run succeeded; no attempt ran twice; the last attempt's log and package are to the byte what was made. Resolves with the number of attempts. */
export async function expectWhole(farm: Farm, witness: Witness, run: RunView): Promise<number> {
  expect(run.status, JSON.stringify(run.reason)).to.equal('succeeded');
  const attempts = (await farm.attempts(run.id, 'work')).toSorted((a, b) => a.number - b.number);
  const ran = witness.heard.filter((id) => id.startsWith(run.id));
  expect(new Set(ran).size, `ran: ${ran.join(', ')}`).to.equal(ran.length);
  const last = attempts.at(-1);
  expect(await printedBy(farm, last?.id ?? '')).to.equal(printed());
  expect(last?.log.state).to.equal('complete');
  const packages = await farm.api.get<readonly Package[]>(`/runs/${run.id}/packages`);
  expect(packages.map(({ fileName, sha256 }) => [fileName, sha256])).to.deep.equal([
    ['made.txt', createHash('sha256').update(made).digest('hex')],
  ]);
  return attempts.length;
}

const printed = (): string => Array.from({ length: lines }, (_, index) => `${index + 1}\n`).join('');

/** What the script printed, without the lines that the upload adds behind it. */
async function printedBy(farm: Farm, attemptId: string): Promise<string> {
  return (await farm.log(attemptId)).toString().slice(0, printed().length);
}
