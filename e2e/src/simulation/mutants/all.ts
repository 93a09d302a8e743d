import { agent } from './agent.js';
import { attempts } from './attempts.js';
import type { Mutant } from './mutant.js';
import { runs } from './runs.js';
import { starts } from './starts.js';

/** Each of these breaks a promise of docs/architecture.md; the simulation finds every one (`npm run test:mutants`). */
export const mutants: readonly Mutant[] = [...attempts, ...starts, ...runs, ...agent];
