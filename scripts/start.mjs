// `npm start`: what can be told at once, then set-up, then the farm.
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { help, parseOptions } from './setup/options.mjs';
import { claimFolder, probePort } from './setup/places.mjs';
import { build, fail, install, requireNode, root } from './setup/steps.mjs';

const parent = process.ppid;
requireNode();
const options = await readOptions();
await install();
await build();
const { startFarm } = await import(pathToFileURL(join(root, 'scripts', 'dist', 'start', 'main.js')).href);
await startFarm(options, parent);

async function readOptions() {
  try {
    const read = parseOptions(process.argv.slice(2), root);
    if (read.help) {
      process.stdout.write(help);
      process.exit(0);
    }
    claimFolder(read.dataDir);
    await probePort(read.port);
    return read;
  } catch (error) {
    return fail(error.message);
  }
}
