// `npm test`: set-up, the checks, every suite; its last line is `N passed, N failed, N skipped`.
// `npm test -- NAME …` runs only the suites of these names; `checks` is one of them.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { check } from './check.mjs';
import { provision } from './setup/provision.mjs';
import { bin, build, install, requireNode, root } from './setup/steps.mjs';

/** Files of the agent that take as long as all others, a suite of their own. */
const apart = ['agent/src/executors/**/*.test.ts', 'agent/src/testing/**/*.test.ts'];
/** What is run, the longest first, so that no lane is left with a long one at the end; the last part of a suite are files to leave out. Each uses ports, folders and processes of its own. A string instead of files names one of the checks. */
const suites = [
  ['dashboard', ['e2e/src/dashboard/**/*.test.ts']],
  ['executors', apart],
  ['agent', ['agent/src/**/*.test.ts'], apart],
  ['input', ['e2e/src/input/**/*.test.ts', 'e2e/src/access/**/*.test.ts']],
  [
    'scenarios',
    ['e2e/src/scenarios/**/*.test.ts', 'e2e/src/testing/**/*.test.ts', 'e2e/src/bench/**/*.test.ts', 'e2e/src/crashes/points.test.ts'],
  ],
  ['faults', ['e2e/src/faults/short/*.test.ts']],
  ['store', ['controller/embedded-store/src/**/*.test.ts']],
  ['controller', ['controller/src/**/*.test.ts']],
  ['simulation', ['e2e/src/simulation/**/*.test.ts']],
  ['docker', ['e2e/src/docker/**/*.test.ts']],
  ['checks', 'lint'],
  ['checks', 'format'],
  ['checks', 'types'],
  ['checks', 'dead code'],
  ['checks', 'directions'],
  ['web', ['web/src/**/*.test.ts']],
  ['scripts', ['scripts/src/**/*.test.ts']],
  ['protocol', ['protocol/src/**/*.test.ts']],
];
/** Run only when they are named: they take many minutes, and measure times, so that each has the machine to itself. `npm run test:faults` and `npm run test:projects` name them. */
const slowSuites = [
  ['projects', ['e2e/src/projects/**/*.test.ts']],
  ['crashes', ['e2e/src/crashes/**/*.test.ts']],
  ['long-faults', ['e2e/src/faults/*.test.ts']],
  ['store-kills', ['controller/embedded-store/src/durability/*.test.ts', 'controller/embedded-store/src/server/backup.test.ts']],
];
/** How often the store is killed where nothing else is said. */
const storeKills = { STORE_KILL_ROUNDS: '50' };

requireNode();
const chosen = process.argv.slice(2);
const all = [...suites, ...slowSuites];
const unknown = chosen.filter((name) => !all.some((suite) => suite[0] === name));
if (unknown.length > 0) {
  process.stderr.write(`There is no suite ${unknown.join(', ')}. There are: ${[...new Set(all.map(([name]) => name))].join(', ')}.\n`);
  process.exit(2);
}

await Promise.all([provision(), install().then(build)]);

const total = { passed: 0, failed: 0, skipped: 0 };
const reasons = new Map();
const counts = mkdtempSync(join(tmpdir(), 'drover-test-'));
/** Three more than there are cores: suites wait for their processes half of their time. A container may be given fewer than its machine has. */
const lanes = slowSuites.some(([name]) => chosen.includes(name)) ? 1 : Math.min(availableParallelism() + 3, 6);
const queue = chosen.length === 0 ? [...suites] : all.filter(([name]) => chosen.includes(name));
await Promise.all(
  Array.from({ length: lanes }, async () => {
    for (let suite = queue.shift(); suite; suite = queue.shift()) await (suite[0] === 'checks' ? runCheck(suite[1]) : runSuite(suite));
  }),
);
rmSync(counts, { recursive: true, force: true });
for (const [reason, count] of [...reasons].sort((a, b) => b[1] - a[1])) process.stdout.write(`skipped ${count}: ${reason}\n`);
process.stdout.write(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped\n`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);

async function runCheck(name) {
  const { passed, failed } = await check([name]);
  add({ passed, failed: failed.length, skipped: 0 });
}

async function runSuite([name, files, left = []]) {
  const started = Date.now();
  const file = join(counts, `${name}.json`);
  const { code, output } = await mocha(
    [...left.flatMap((pattern) => ['--ignore', pattern]), ...files],
    file,
    name === 'store-kills' ? storeKills : {},
  );
  const result = read(file, code);
  add(result);
  const seconds = ((Date.now() - started) / 1_000).toFixed(1);
  process.stdout.write(
    `${output}${result.failed === 0 ? '  ok  ' : 'FAILED'}  ${name}: ${result.passed} passed, ${result.failed} failed, ${result.skipped} skipped (${seconds} s)\n`,
  );
}

function mocha(options, countsFile, env) {
  const args = [bin('mocha/bin/mocha.js'), '--reporter', join(root, 'scripts', 'setup', 'reporter.cjs'), ...options];
  return new Promise((resolve) => {
    const chunks = [];
    const child = spawn(process.execPath, args, {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...env, ...process.env, DROVER_TEST_COUNTS: countsFile },
    });
    // What runs alone is told as it comes: it may take half an hour.
    const take = (chunk) => (lanes === 1 ? process.stdout.write(chunk) : chunks.push(chunk));
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    child.on('error', (error) => resolve({ code: 1, output: `${error.message}\n` }));
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() }));
  });
}

/** A suite that ended without its counts, or badly in spite of them, counts as failed. */
function read(file, code) {
  try {
    const result = JSON.parse(readFileSync(file, 'utf8'));
    return code !== 0 && result.failed === 0 ? { ...result, failed: 1 } : result;
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

function add({ passed, failed, skipped, reasons: why = [] }) {
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
  for (const reason of why) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
}
