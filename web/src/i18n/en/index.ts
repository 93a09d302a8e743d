import { first } from './first.js';
import { rest } from './rest.js';

/** The English texts; Chinese has the same keys. The page loads the two parts on their own. */
export const english = { ...first, ...rest } as const;
