export { growthOf } from './growth.js';
export { runSource } from './run-source.js';
export { skipBecause } from './skip.js';
