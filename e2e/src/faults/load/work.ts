import { createHash } from 'node:crypto';
import type { AttemptView, Package, Pipeline, RunView } from '@drover/protocol/api';
import type { JobDefinition, RecoveryPolicy, Step } from '@drover/protocol/definition';
import { expect } from 'chai';
import { job, makePipeline, makeProject, shell } from '../../testing/definitions.js';
import type { Farm } from '../../testing/farm.js';
import type { Tally } from '../signs/tally.js';

const linesOfBeat = 100;
const packed = 'known bytes of a package\n'.repeat(4_000);

/** A script that tells the tally when it begins and ends, and prints known lines, half a second between each hundred. It starts no other program. */
export function printing(tally: Tally, beats: number): string {
  return [
    tally.tell('begin $DROVER_ATTEMPT_ID'),
    'exec 9<> <(:)',
    `for ((beat = 1; beat <= ${beats}; beat++)); do`,
    `  for ((line = 1; line <= ${linesOfBeat}; line++)); do echo "$beat.$line of the known output"; done`,
    '  read -t 0.5 -u 9 || :',
    'done',
    tally.tell('end $DROVER_ATTEMPT_ID'),
  ].join('\n');
}

/** What `printing` prints. */
export function printed(beats: number): string {
  const lines = Array.from({ length: beats * linesOfBeat }, (_, index) => {
    const beat = Math.floor(index / linesOfBeat) + 1;
    return `${beat}.${(index % linesOfBeat) + 1} of the known output\n`;
  });
  return lines.join('');
}

export const upload: Extract<Step, { type: 'uploadPackage' }> = {
  type: 'uploadPackage',
  name: 'Upload',
  files: ['made.txt'],
  package: 'made',
  version: '${PIPELINE_NUMBER}',
};
/** Makes the file that `upload` takes: of known bytes. */
export const making = `for ((i = 0; i < 4000; i++)); do echo 'known bytes of a package'; done > made.txt`;

export interface WideOptions {
  readonly tasks: number;
  readonly beats: number;
  readonly labels: readonly string[];
  /** Every so many-th task leaves a package. */
  readonly packageEvery?: number;
  readonly recovery?: RecoveryPolicy;
  readonly more?: Partial<JobDefinition>;
}

/** A pipeline of one stage whose tasks, `t0` and on, all run at once and print known output. */
export async function makeWide(farm: Farm, tally: Tally, options: WideOptions): Promise<Pipeline> {
  const { tasks, beats, labels, packageEvery, recovery, more } = options;
  const script = printing(tally, beats);
  return makePipeline(farm, await makeProject(farm), {
    jobs: [
      job('print', [shell(script)], { labels: [...labels], ...more }),
      job('pack', [shell(`${making}\n${script}`), { ...upload, package: 'made-${TASK}' }], {
        labels: [...labels],
        parameters: [{ name: 'TASK', type: 'string', value: '', runtime: true }],
      }),
    ],
    pipeline: {
      name: 'wide',
      sources: [],
      parameters: [],
      stages: [
        {
          key: 'main',
          name: 'Main',
          mode: 'parallel',
          tasks: Array.from({ length: tasks }, (_, index) => ({
            key: `t${index}`,
            name: `Task ${index}`,
            type: 'build',
            ...(packageEvery !== undefined && index % packageEvery === 0
              ? { job: 'pack', parameters: { TASK: `t${index}` } }
              : { job: 'print' }),
            ...(recovery === undefined ? {} : { recovery }),
          })),
        },
      ],
    },
  });
}

/** All attempts of a wide run, by task. */
export async function attemptsOf(farm: Farm, { id, stages }: RunView): Promise<readonly (readonly AttemptView[])[]> {
  const keys = stages.flatMap(({ tasks }) => tasks.map(({ key }) => key));
  const all: Array<readonly AttemptView[]> = [];
  for (const key of keys) all.push((await farm.attempts(id, key)).toSorted((a, b) => a.number - b.number));
  return all;
}

const badEnds = (ofTask: readonly AttemptView[]): readonly unknown[] =>
  ofTask.flatMap(({ id, outcome, reason }) => (outcome === 'succeeded' ? [] : [{ id, outcome, reason }]));

/**
 * The run succeeded, no attempt ran twice, each task's last log is to the byte what it printed, and each package has
 * the sum of what was made. Resolves with all attempts.
 */
export async function expectWideWhole(
  farm: Farm,
  tally: Tally,
  { run, beats, packages = 0 }: { run: RunView; beats: number; packages?: number },
): Promise<readonly AttemptView[]> {
  const attempts = await attemptsOf(farm, run);
  expect(run.status, JSON.stringify([run.reason, ...attempts.flatMap(badEnds)])).to.equal('succeeded');
  for (const ofTask of attempts) {
    const last = ofTask.at(-1);
    expect(last?.log.state, last?.id).to.equal('complete');
    expect((await farm.log(last?.id ?? '')).toString().slice(0, printed(beats).length) === printed(beats), `log of ${last?.id}`).to.equal(
      true,
    );
  }
  expectNoneTwice(tally, run.id);
  const stored = await farm.api.get<readonly Package[]>(`/runs/${run.id}/packages`);
  expect(stored.map(({ sha256 }) => sha256)).to.deep.equal(Array.from({ length: packages }, () => digest(packed)));
  for (const { id } of stored) {
    const content = await farm.api.raw('GET', `/packages/${id}/content`);
    expect(digest(Buffer.from(await content.arrayBuffer()))).to.equal(digest(packed));
  }
  return attempts.flat();
}

/** No attempt of the run began twice. */
export function expectNoneTwice(tally: Tally, runId: string): void {
  const begun = tally.heard.filter((line) => line.startsWith(`begin ${runId}`));
  expect(begun.length, 'attempts that began').to.equal(new Set(begun).size);
}

export const begunIn = (heard: readonly string[], runId: string): number =>
  heard.filter((line) => line.startsWith(`begin ${runId}`)).length;
export const endedIn = (heard: readonly string[], runId: string): number => heard.filter((line) => line.startsWith(`end ${runId}`)).length;

export const digest = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
