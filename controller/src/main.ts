#!/usr/bin/env node
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { productVersion } from '@drover/protocol';
import { startController, type Controller } from './compose.js';
import { loadConfig, processEnvironment, type Config, type Flags } from './config.js';
import { sentenceOf } from './start-faults.js';

const here = dirname(fileURLToPath(import.meta.url));
/** Where the product lies: this file is `controller/dist/main.js` in it, or `controller/dist/bundle/main.js`. */
const root = join(here, ...(basename(here) === 'bundle' ? ['..'] : []), '..', '..');
/** What is under way may take this long to finish when the controller is told to end. */
const endWithinMs = 15_000;

const config = readConfig(readFlags());
const starting = startController(config);
endOnSignals(starting);
try {
  introduce(await starting);
} catch (error) {
  fail(sentenceOf(error, config));
}

function readFlags(): Flags {
  const command = new Command('drover-controller')
    .description(
      'The controller of a Drover farm: dashboard, API, scheduling. Everything can also be set by the environment (docs/operations.md).',
    )
    .version(productVersion)
    .option('--data <folder>', 'where everything is kept (DROVER_DATA)')
    .option('--port <number>', 'port of the dashboard and the API, 0 for any free one (DROVER_PORT, 7080)')
    .option('--host <address>', 'address to listen on (DROVER_HOST, 0.0.0.0)')
    .option('--config <file>', 'configuration file, YAML or JSON (DROVER_CONFIG)')
    .allowExcessArguments(false)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 1));
  return command.parse().opts<Flags>();
}

function readConfig(flags: Flags): Config {
  const loaded = loadConfig({ flags, environment: processEnvironment(), root });
  return loaded.ok ? loaded.config : fail(loaded.faults.join('\n'));
}

function introduce({ url, firstAdministrator }: Controller): void {
  if (firstAdministrator)
    say(`First administrator: ${firstAdministrator.name} / ${firstAdministrator.password} (also in ${firstAdministrator.note})`);
  say(`Drover controller ready: ${url}`);
}

/** The first signal ends in order, also one that comes while the controller starts; the second at once. */
function endOnSignals(started: Promise<Controller>): void {
  let isEnding = false;
  const end = (exitCode: number): void => {
    if (isEnding) process.exit(1);
    isEnding = true;
    setTimeout(() => process.exit(1), endWithinMs).unref();
    started
      .then((controller) => controller.close())
      .then(
        () => process.exit(exitCode),
        (error: unknown) => fail(`The controller could not end in order: ${error instanceof Error ? error.message : String(error)}`),
      );
  };
  process.on('SIGTERM', () => end(0));
  process.on('SIGINT', () => end(0));
  endWithStarter(() => end(0));
  void started
    .then(({ failed }) => failed)
    .then(
      (fault) => {
        process.stderr.write(`${fault.message}\n`);
        end(1);
      },
      () => undefined, // told by the caller that awaits the start
    );
}

/** A program that starts this one and keeps a channel to it (`npm start`) takes it along, however it ends. */
function endWithStarter(end: () => void): void {
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined); // their reader may be gone with it
  process.channel?.unref();
  process.once('disconnect', end);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function fail(sentence: string): never {
  process.stderr.write(`${sentence}\n`);
  process.exit(1);
}
