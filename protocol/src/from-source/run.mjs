// `node run.mjs FILE.ts ARGUMENT …` runs the file as `node FILE.js ARGUMENT …` would run it compiled.
import { pathToFileURL } from 'node:url';
import { importSource } from './import.mjs';

process.argv.splice(1, 1);
await importSource(pathToFileURL(process.argv[1]));
