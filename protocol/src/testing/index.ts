export { growthOf } from './growth.js';
export { skipBecause } from './skip.js';
