import { parentPort } from 'node:worker_threads';
import { readFile } from './read-file.js';

/** The thread of `file-reader.ts`: a text comes in, what was read goes out. */
parentPort?.on('message', (text: string) => parentPort?.postMessage(readFile(text)));
