// Set-up before anything is installed: plain JavaScript, nothing but Node.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const stamps = join(root, 'node_modules', '.drover');

/** Ends the process with one sentence where Node is too old to continue. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  if (major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 20)) return;
  fail(`Drover needs Node 20.20, or 22.12 or newer; this is ${process.versions.node}.`);
}

/** Installs the packages of the lock file, unless the very same are there. */
export async function install() {
  const wanted = digestOf([join(root, 'package-lock.json')]);
  if (stamped('install') === wanted) return;
  await step('Installing packages', 'npm', ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error']);
  stamp('install', wanted);
}

/** Compiles what changed, always, since checks and simulations compile too; builds the dashboard and the agent's package, unless they are of the same sources. */
export async function build() {
  const wanted = digestOf(sources());
  // Only what runs: the types of the rest are a matter of `npm run check`.
  await step('Compiling', process.execPath, [bin('typescript-7/bin/tsc'), '-b', 'controller', 'agent', 'scripts']);
  if (stamped('build') === wanted && built()) return;
  await Promise.all([
    step('Building the dashboard', 'npm', ['run', '--silent', 'build', '-w', '@drover/web']),
    step('Packing controller and agent', process.execPath, [join(root, 'scripts', 'dist', 'pack', 'main.js')]),
  ]);
  stamp('build', wanted);
}

/** Path of a program that a package brings. */
export const bin = (path) => join(root, 'node_modules', path);

/** What is under way, by its title, and since when; on a terminal one line shows it. */
const underWay = new Map();
let ticker;

/** Runs a command to its end; where it fails prints its output and ends the process. Several may run at once. */
export async function step(title, command, args, options = {}) {
  const failure = await tried(title, command, args, options);
  if (failure !== undefined) fail(failure);
}

/** The same, but a failure is what it resolves with. */
export async function tried(title, command, args, options = {}) {
  const started = Date.now();
  underWay.set(title, started);
  showProgress();
  const { code, output } = await run(command, args, options);
  underWay.delete(title);
  if (code === 0) process.stderr.write(`${clearLine}${title}: ${seconds(started)}\n`);
  showProgress();
  return code === 0 ? undefined : `\n${output}\n${title} failed: ${command} ended with ${code}.`;
}

const tty = process.stderr.isTTY === true;
const clearLine = tty ? '\r\u001b[K' : '';

function showProgress() {
  if (!tty) return;
  clearInterval(ticker);
  if (underWay.size === 0) return;
  const show = () =>
    process.stderr.write(`${clearLine}${[...underWay].map(([title, since]) => `${title} … ${seconds(since)}`).join(', ')}`);
  show();
  ticker = setInterval(show, 1_000);
}

function run(command, args, options) {
  return new Promise((resolve) => {
    const chunks = [];
    const child = spawn(command, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
    child.stdout.on('data', (chunk) => chunks.push(chunk));
    child.stderr.on('data', (chunk) => chunks.push(chunk));
    child.on('error', (error) => resolve({ code: 1, output: error.message }));
    child.on('close', (code) => resolve({ code: code ?? 1, output: Buffer.concat(chunks).toString() }));
  });
}

const seconds = (since) => `${((Date.now() - since) / 1_000).toFixed(1)} s`;

export function fail(sentence) {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}

const built = () =>
  [
    'controller/dist/bundle/main.js',
    'agent/dist/bundle/main.js',
    'scripts/dist/start/main.js',
    'scripts/dist-pack/drover-agent.tgz',
    'web/dist/app/index.html',
  ].every((path) => existsSync(join(root, path)));

function sources() {
  const folders = ['protocol', 'controller', 'controller/embedded-store', 'agent', 'web', 'scripts', 'e2e'];
  const files = folders.flatMap((folder) => [
    ...walk(join(root, folder, 'src')),
    join(root, folder, 'package.json'),
    join(root, folder, 'tsconfig.json'),
  ]);
  return [
    ...files,
    ...walk(join(root, 'web', 'public')),
    ...walk(join(root, 'web', 'scripts')),
    join(root, 'web', 'index.html'),
    join(root, 'web', 'vite.config.ts'),
    join(root, 'tsconfig.base.json'),
    join(root, 'package-lock.json'),
  ].filter(existsSync);
}

function walk(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? walk(path) : [path];
  });
}

function digestOf(files) {
  const hash = createHash('sha256').update(process.version).update(process.arch);
  for (const file of files.toSorted()) {
    hash
      .update(relative(root, file))
      .update('\0')
      .update(statSync(file).isFile() ? readFileSync(file) : '')
      .update('\0');
  }
  return hash.digest('hex');
}

function stamped(name) {
  const path = join(stamps, name);
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

function stamp(name, value) {
  mkdirSync(stamps, { recursive: true });
  writeFileSync(join(stamps, name), value);
}
