// `npm run test:mutants`: plants faults into copies of the compiled product, one at a time, and looks whether the simulation finds each.
// `npm run test:mutants -- WORD SECONDS` tries only those whose name has the word, each for so long at most.
import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bin, install, requireNode, root, step } from './setup/steps.mjs';

/** A mutant that survives so many histories, or so long, has not been found. */
const mostHistories = 20_000;
const longestMs = Number(process.argv[3] ?? 1_200) * 1_000;
const parts = ['protocol', 'controller', 'agent', 'e2e'];

requireNode();
await install();
await step('Compiling', process.execPath, [bin('typescript/bin/tsc'), '-b', 'e2e']);
const { default: ts } = await import('typescript');
const { mutants } = await import(join(root, 'e2e', 'dist', 'simulation', 'runner', 'mutants.js'));

const word = process.argv[2] ?? '';
const queue = mutants.filter(({ name }) => name.includes(word));
const survivors = [];
await Promise.all(
  Array.from({ length: availableParallelism() }, async () => {
    for (let mutant = queue.shift(); mutant; mutant = queue.shift()) await tryOne(mutant);
  }),
);
const tried = mutants.filter(({ name }) => name.includes(word)).length;
process.stdout.write(`${tried - survivors.length} of ${tried} planted faults were found\n`);
process.exit(survivors.length === 0 && tried > 0 ? 0 : 1);

async function tryOne(mutant) {
  const folder = mkdtempSync(join(tmpdir(), 'drover-mutant-'));
  try {
    copyProduct(folder);
    plant(folder, mutant);
    const started = Date.now();
    const { code, output } = await hunt(folder);
    const seconds = ((Date.now() - started) / 1_000).toFixed(0);
    const found = code === 1 ? lastJson(output) : undefined;
    if (found === undefined) survivors.push(mutant.name);
    const how =
      found === undefined
        ? `NOT FOUND in ${seconds} s${output === '' ? '' : `: ${output.slice(-500)}`}`
        : `seed ${found.seed}, ${seconds} s: ${found.breach}`;
    process.stdout.write(`${found === undefined ? 'FAILED' : '  ok  '}  ${mutant.name}: ${how}\n`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
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

function plant(folder, { name, file, find, replace }) {
  const source = readFileSync(join(root, file), 'utf8');
  if (source.split(find).length !== 2) throw new Error(`“${name}” fits ${source.split(find).length - 1} places of ${file}, it must be one`);
  const { outputText } = ts.transpileModule(
    source.replace(find, () => replace),
    {
      compilerOptions: { target: ts.ScriptTarget.ES2023, module: ts.ModuleKind.ESNext, verbatimModuleSyntax: true },
    },
  );
  writeFileSync(join(folder, file.replace('/src/', '/dist/').replace(/\.ts$/, '.js')), outputText);
}

function hunt(folder) {
  const program = join(folder, 'e2e', 'dist', 'simulation', 'runner', 'hunt.js');
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [program, String(mostHistories), String(longestMs)], {
      cwd: dirname(program),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const killer = setTimeout(() => child.kill('SIGKILL'), 2 * longestMs);
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
