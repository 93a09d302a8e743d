import { fileURLToPath } from 'node:url';

/** Runs a TypeScript file in a process of its own: `process.execPath` with these arguments, the file, and the file's arguments. */
export const runSource: readonly string[] = ['--conditions=source', fileURLToPath(new URL('../from-source/run.mjs', import.meta.url))];
