// `npm run bench`: measures what docs/benchmarks.md states. `npm run bench -- NAME …` measures only these figures or subjects.
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { figureNames, figures, type FigureName } from './harness/figures.js';
import type { FloorName } from './harness/floors.js';
import { machineFacts } from './harness/machine.js';
import { compared, report, resultOf, shown, type Result } from './harness/report.js';
import { runSubject } from './harness/run-subject.js';
import type { Subject } from './harness/stage.js';
import { median } from './harness/statistics.js';
import { buildbotMissing } from './peer/buildbot.js';
import { buildbotSubject, comparable } from './peer/buildbot-subject.js';
import { agentSubject } from './subjects/agent.js';
import { busySubject } from './subjects/busy.js';
import { checkoutSubject } from './subjects/checkouts.js';
import { dashboardSubject } from './subjects/dashboard.js';
import { historySubject } from './subjects/history.js';
import { idleSubject } from './subjects/idle.js';
import { lineSubject } from './subjects/lines.js';
import { logSubject } from './subjects/logs.js';
import { packageSubject } from './subjects/packages.js';
import { startSubject } from './subjects/starts.js';
import { storeSubject } from './subjects/store.js';

const subjects: readonly Subject[] = [
  startSubject,
  busySubject,
  logSubject,
  lineSubject,
  packageSubject,
  checkoutSubject,
  idleSubject,
  agentSubject,
  historySubject,
  storeSubject,
  dashboardSubject,
];

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    json: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    node: { type: 'string', default: '' },
    peer: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
});
const rounds = Number(values.rounds);
const known = [...subjects.map(({ name }) => name), ...figureNames];
const unknown = positionals.filter((name) => !known.includes(name));
const isPeerKnown = values.peer === undefined || values.peer === 'buildbot';
if (values.help || unknown.length > 0 || !isPeerKnown || !Number.isInteger(rounds) || rounds < 1) {
  process.stderr.write(usage(unknown, isPeerKnown ? undefined : values.peer));
  process.exit(values.help ? 0 : 2);
}

const wanted = wantedFigures(positionals);
const skipped = values.peer === undefined ? undefined : buildbotMissing();
if (skipped !== undefined) process.stderr.write(`Buildbot is not measured: ${skipped}.\n`);
const interrupted = new AbortController();
// Not once: npm passes on what the terminal has sent already, and a second signal must not keep it from cleaning up.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => interrupted.abort(new Error(`ended by ${signal}`)));

const machine = machineFacts();
const measuredValues = new Map<FigureName, readonly number[]>();
const floorValues = new Map<FloorName, readonly number[]>();
const faults: string[] = [];
for (const subject of subjects.filter(({ figures }) => figures.some((figure) => wanted.has(figure)))) {
  if (interrupted.signal.aborted) break;
  for (const [name, found] of await measured(subject)) measuredValues.set(name, found);
}
const results = resultsOf(measuredValues);
const ofPeer =
  values.peer === undefined || skipped !== undefined || interrupted.signal.aborted ? [] : resultsOf(await measured(buildbotSubject));
process.stdout.write(`\n${report(machine, floorValues, results)}`);
if (ofPeer.length > 0) process.stdout.write(`\n${compared(results, { name: 'Buildbot', results: ofPeer })}`);
for (const fault of faults) process.stdout.write(`not measured: ${fault}\n`);
if (values.json !== undefined)
  await writeFile(
    values.json,
    `${JSON.stringify({ machine, rounds, floors: Object.fromEntries(floorValues), results, faults, ...(ofPeer.length > 0 ? { peer: { name: values.peer, results: ofPeer } } : {}) }, undefined, 2)}\n`,
  );
process.exit(faults.length === 0 && !interrupted.signal.aborted ? 0 : 1);

async function measured(subject: Subject): Promise<ReadonlyMap<FigureName, readonly number[]>> {
  const outcome = await runSubject(subject, {
    rounds,
    wanted,
    nodeArguments: values.node.split(' ').filter((part) => part !== ''),
    signal: interrupted.signal,
  });
  faults.push(...outcome.faults);
  for (const [name, found] of outcome.floors) floorValues.set(name, [...(floorValues.get(name) ?? []), ...found]);
  for (const [name, found] of outcome.values) process.stderr.write(`  ${name}: ${shown(median(found))} ${figures[name].unit}\n`);
  return outcome.values;
}

/** In the table's order. The floors are those of the whole run. */
function resultsOf(found: ReadonlyMap<FigureName, readonly number[]>): readonly Result[] {
  return figureNames.flatMap((name) => {
    const values = found.get(name);
    return values === undefined ? [] : [resultOf(name, values, floorValues)];
  });
}

function wantedFigures(names: readonly string[]): ReadonlySet<FigureName> {
  if (names.length === 0) return new Set(values.peer === undefined ? figureNames : comparable);
  const ofSubjects = subjects.filter(({ name }) => names.includes(name)).flatMap(({ figures }) => figures);
  return new Set([...ofSubjects, ...figureNames.filter((name) => names.includes(name))]);
}

function usage(unknownNames: readonly string[], unknownPeer: string | undefined): string {
  const lines = subjects.map(({ name, figures }) => `  ${name.padEnd(10)} ${figures.join(' ')}`);
  return [
    ...(unknownNames.length === 0 ? [] : [`There is nothing called ${unknownNames.join(', ')} to measure.`]),
    ...(unknownPeer === undefined ? [] : [`There is no peer ${unknownPeer}; there is buildbot.`]),
    'npm run bench -- [NAME …] [--rounds N] [--json FILE] [--node="--cpu-prof …"] [--peer buildbot]',
    'NAME is a subject or one of its figures:',
    ...lines,
    `--peer buildbot measures the same of Buildbot, side by side: ${comparable.join(' ')}`,
    '',
  ].join('\n');
}
