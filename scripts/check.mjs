// `npm run check`: types, lint, format, directions, words, dead code. All are run, then the failures are told.
import { spawn } from 'node:child_process';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bin, install, requireNode, root } from './setup/steps.mjs';

/** Each check by name, with the program that a package brings, or one of ours, and its arguments. */
const checks = [
  ['types', 'typescript-7/bin/tsc', ['-b']],
  ['lint', 'oxlint/bin/oxlint', ['--deny-warnings']],
  ['format', 'oxfmt/bin/oxfmt', ['--check']],
  [
    'directions',
    'dependency-cruiser/bin/dependency-cruise.mjs',
    [
      '--config',
      '.dependency-cruiser.cjs',
      '--output-type',
      'err',
      'protocol/src',
      'controller/src',
      'controller/embedded-store/src',
      'agent/src',
      'web/src',
      'scripts/src',
      'e2e/src',
    ],
  ],
  ['words', join(root, 'scripts', 'words.mjs'), []],
  ['dead code', 'knip/bin/knip.js', ['--no-progress', '--include', 'files,dependencies,unlisted,unresolved']],
];

/** Runs the checks of these names, by default every one; resolves with the names of those that failed. */
export async function check(names = checks.map(([name]) => name)) {
  const unknown = names.filter((name) => !checks.some(([known]) => known === name));
  if (unknown.length > 0) throw new Error(`there is no check ${unknown.join(', ')}`);
  const failed = [];
  for (const [name, program, args] of checks.filter(([name]) => names.includes(name))) {
    const started = Date.now();
    const { code, output } = await run(program, args);
    process.stdout.write(`${code === 0 ? '  ok  ' : 'FAILED'}  ${name} (${((Date.now() - started) / 1_000).toFixed(1)} s)\n`);
    if (code !== 0) {
      failed.push(name);
      process.stdout.write(`${output}\n`);
    }
  }
  return { passed: names.length - failed.length, failed };
}

function run(program, args) {
  return new Promise((resolve) => {
    const chunks = [];
    const child = spawn(process.execPath, [isAbsolute(program) ? program : bin(program), ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.on('error', (error) => resolve({ code: 1, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() }));
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  requireNode();
  await install();
  const { failed } = await check();
  process.exit(failed.length === 0 ? 0 : 1);
}
