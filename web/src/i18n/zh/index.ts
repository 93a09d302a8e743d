import { first } from './first.js';
import { rest } from './rest.js';

/** The Chinese texts: the same keys as the English ones, or this does not compile. */
export const chinese = { ...first, ...rest };
