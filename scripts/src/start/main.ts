import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Api } from './api.js';
import { startController, type RunningController } from './controller.js';
import { makeSample, readAdministrator, registrationToken } from './first-time.js';
import { isRegistered, registerLocalAgent, startLocalAgent } from './local-agent.js';
import type { StartOptions } from '../../setup/options.mjs';
import type { Program } from './process.js';
import { followSample } from './follow-sample.js';
import { endWithNpm } from './starter.js';
import { openLogFile, type LogFile } from './log-file.js';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');
const graceMs = 20_000;

interface Places {
  readonly all: string;
  readonly controller: string;
  readonly agent: string;
  readonly sampleRepository: string;
  /** Holds the id of the sample's first run, once that was started. */
  readonly sampleMade: string;
  /** There once a person was told how that run ended. */
  readonly sampleTold: string;
}

const running: Program[] = [];
let stopping = false;

/** Brings the farm up and keeps it until a signal, or the end of npm, ends it; then ends this process. `parent`: npm, or another starter of this process. */
export async function startFarm(options: StartOptions, parent: number): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined); // the terminal is gone: no reason to leave the farm behind
  endWithNpm(parent, () => void stopAll('npm'));
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => void stopAll(signal));
  try {
    await start(options);
  } catch (error) {
    say(error instanceof Error ? error.message : String(error));
    await stopAll('failure', 1);
  }
}

async function start({ dataDir, port, agent, sample }: StartOptions): Promise<void> {
  const places = placesIn(dataDir);
  const log = openLogFile(join(dataDir, 'farm.log'));
  const setupToken = randomBytes(32).toString('base64url');
  const controller = await startController({
    root,
    dataDir: places.controller,
    port,
    setupToken,
    log: (line) => log.write('controller', line),
  });
  watch(controller.program);
  const administrator = await readAdministrator(places.controller);
  await introduce(controller, places, administrator);
  const api = Api.withToken(controller.url, setupToken);
  if (agent) await bringUpAgent({ api, controller, places, log });
  if (sample) await bringUpSample({ api, controller, places, hasAgent: agent });
  say('Ctrl-C stops everything; the next npm start continues with the same data.');
}

async function bringUpAgent({
  api,
  controller,
  places,
  log,
}: {
  api: Api;
  controller: RunningController;
  places: Places;
  log: LogFile;
}): Promise<void> {
  if (!isRegistered(places.agent))
    await registerLocalAgent({ root, dataDir: places.agent, url: controller.url, token: await registrationToken(api) });
  const { program, connected } = startLocalAgent({
    root,
    dataDir: places.agent,
    url: controller.url,
    hidden: [root, places.all],
    log: (line) => log.write('agent', line),
  });
  watch(program);
  const { takesAnyTask } = await connected;
  if (program.hasEnded) return;
  if (process.getuid?.() === 0)
    say(
      takesAnyTask
        ? '  as root      tasks see this machine read-only, with a home and temporary folders of their own; an ordinary user is safer'
        : '  as root      whatever a task does, it does as root of this machine: start the farm as an ordinary user',
    );
  say(
    takesAnyTask
      ? '  agent        local, beside the controller; its tasks are kept apart from the data of the farm and from this clone'
      : '  agent        local; tasks cannot be kept apart on this machine, so that it runs nothing but the sample (docs/operations.md)',
  );
}

async function bringUpSample({
  api,
  controller,
  places,
  hasAgent,
}: {
  api: Api;
  controller: RunningController;
  places: Places;
  hasAgent: boolean;
}): Promise<void> {
  if (existsSync(places.sampleTold)) return;
  if (!existsSync(places.sampleMade)) {
    const { runId } = await makeSample(api, { sampleRepository: places.sampleRepository, droverRepository: root });
    await writeFile(places.sampleMade, `${runId}\n`);
  }
  if (!hasAgent) return say('  sample       its first run waits in the queue until there is an agent');
  const runId = (await readFile(places.sampleMade, 'utf8')).trim();
  void followSample({ api, url: controller.url, runId, say, isStopping: () => stopping }).then(async (told) => {
    if (told) await writeFile(places.sampleTold, '');
  });
}

async function introduce(
  controller: RunningController,
  places: Places,
  administrator: { name: string; password: string } | undefined,
): Promise<void> {
  say(`Drover ready: ${controller.url}`);
  if (administrator !== undefined)
    say(
      `  sign in as   ${administrator.name} / ${administrator.password}   (also in ${join(places.controller, 'admin-password')}, until you change it)`,
    );
  say(`  store        ${process.env['MONGODB_URI'] === undefined ? `embedded, in ${places.controller}` : 'MongoDB, by MONGODB_URI'}`);
}

function watch(program: Program): void {
  running.push(program);
  void program.ended.then(async (code) => {
    if (stopping) return;
    say(`The ${program.name} ended unexpectedly (${code}). Its last words:`);
    for (const line of program.lastLines().slice(-5)) say(`  ${line}`);
    await stopAll('failure', 1);
  });
}

/** Agent first, so that it can tell the controller what it leaves; then the controller. */
async function stopAll(why: string, code = 0): Promise<void> {
  if (stopping) {
    if (why === 'failure') return;
    for (const program of running) program.kill();
    process.exit(1);
  }
  stopping = true;
  if (why !== 'failure') say('\nStopping: running tasks may finish within 20 s; Ctrl-C again ends at once.');
  for (const program of running.toReversed()) await program.stop(graceMs);
  process.exit(code);
}

function placesIn(dataDir: string): Places {
  return {
    all: dataDir,
    controller: join(dataDir, 'controller'),
    agent: join(dataDir, 'agent'),
    sampleRepository: join(dataDir, 'sample', 'hello-service'),
    sampleMade: join(dataDir, 'sample', 'made'),
    sampleTold: join(dataDir, 'sample', 'told'),
  };
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
