// `npm run test:mutants`: plants faults into copies of the compiled product, one at a time, and looks whether the simulation finds each.
// `npm run test:mutants -- WORD MOST` tries only those whose name has the word, each in MOST histories.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bin, install, requireNode, root, step } from './setup/steps.mjs';

const [word = '', most = '10000'] = process.argv.slice(2);
/** A hunt that takes longer hangs. */
const longestMs = 900_000;
const parts = ['protocol', 'controller', 'agent', 'e2e'];

requireNode();
await install();
await step('Compiling', process.execPath, [bin('typescript-7/bin/tsc'), '-b', 'e2e']);
const { default: ts } = await import('typescript');
const { mutants } = await import(join(root, 'e2e', 'dist', 'simulation', 'mutants', 'all.js'));
const { play } = await import(join(root, 'e2e', 'dist', 'simulation', 'history.js'));

const tried = mutants.filter(({ name }) => name.includes(word));
const queue = [...tried];
let found = 0;
say('', 'seed', 'histories', 'seconds', 'planted fault: what the simulation says');
await Promise.all(Array.from({ length: availableParallelism() }, lane));
process.stdout.write(`${found} of ${tried.length} planted faults were found, each in at most ${most} histories\n`);
process.exit(found === tried.length && tried.length > 0 ? 0 : 1);

async function lane() {
  const folder = mkdtempSync(join(tmpdir(), 'drover-mutant-'));
  try {
    copyProduct(folder);
    for (let mutant = queue.shift(); mutant; mutant = queue.shift()) await tryOne(folder, mutant);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function tryOne(folder, mutant) {
  const started = Date.now();
  const takeOut = plant(folder, mutant);
  const { code, output } = await hunt(folder, mutant.name);
  takeOut();
  const result = lastJson(output);
  const seconds = ((Date.now() - started) / 1_000).toFixed(0);
  const failed = (why) => say('FAILED', result?.seed ?? '-', result?.played ?? '-', seconds, `${mutant.name}: ${why}`);
  if (code !== 1 || result === undefined) return failed(`NOT FOUND ${code === 0 ? '' : output.slice(-500)}`);
  // It is found only if the same history keeps every promise without the fault.
  const { breaches } = await play(result.seed);
  if (breaches.length > 0) return failed(`the product without the fault breaks in that history, too: ${breaches[0]}`);
  found += 1;
  const news = result.how === 'hunted' ? ` (not in the history of seed ${mutant.seed}, which was remembered)` : '';
  say('  ok  ', result.seed, result.played, seconds, `${mutant.name}: ${result.breach}${news}`);
}

function say(verdict, seed, histories, seconds, text) {
  const figures = [String(seed).padStart(6), String(histories).padStart(9), String(seconds).padStart(7)].join('  ');
  process.stdout.write(`${verdict.padEnd(6)}  ${figures}  ${text}\n`);
}

/** What is compiled, beside links to the packages. */
function copyProduct(folder) {
  for (const part of parts) {
    mkdirSync(join(folder, part));
    cpSync(join(root, part, 'package.json'), join(folder, part, 'package.json'));
    cpSync(join(root, part, 'dist'), join(folder, part, 'dist'), { recursive: true });
    if (existsSync(join(root, part, 'node_modules'))) symlinkSync(join(root, part, 'node_modules'), join(folder, part, 'node_modules'));
  }
  const packages = join(folder, 'node_modules');
  mkdirSync(join(packages, '@drover'), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules')))
    if (name !== '@drover' && !name.startsWith('.')) symlinkSync(join(root, 'node_modules', name), join(packages, name));
  for (const part of parts) symlinkSync(join(folder, part), join(packages, '@drover', part));
  symlinkSync(join(root, 'controller', 'embedded-store'), join(packages, '@drover', 'embedded-store'));
}

/** Returns what takes the fault out again. */
function plant(folder, { name, file, find, replace }) {
  const source = readFileSync(join(root, file), 'utf8');
  if (source.split(find).length !== 2) throw new Error(`“${name}” fits ${source.split(find).length - 1} places of ${file}, it must be one`);
  const { outputText } = ts.transpileModule(
    source.replace(find, () => replace),
    {
      compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true },
    },
  );
  const compiled = join(folder, file.replace('/src/', '/dist/').replace(/\.ts$/, '.js'));
  const sound = readFileSync(compiled);
  writeFileSync(compiled, outputText);
  return () => writeFileSync(compiled, sound);
}

function hunt(folder, name) {
  const program = join(folder, 'e2e', 'dist', 'simulation', 'runner', 'hunt.js');
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, name, most], { cwd: dirname(program), stdio: ['ignore', 'pipe', 'pipe'] });
    const killer = setTimeout(() => child.kill('SIGKILL'), longestMs);
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('close', (code) => {
      clearTimeout(killer);
      resolve({ code, output });
    });
  });
}

function lastJson(output) {
  const line = output.trim().split('\n').at(-1) ?? '';
  return line.startsWith('{') ? JSON.parse(line) : undefined;
}
