import { CommandError } from '../command-error.js';
import type { Arguments } from './arguments.js';

/** Options of collections that the store knows and does not have. */
export const unsupportedOptions = [
  ...['capped', 'validator', 'validationLevel', 'validationAction', 'viewOn', 'pipeline', 'timeseries', 'expireAfterSeconds'],
  ...['clusteredIndex', 'changeStreamPreAndPostImages', 'encryptedFields'],
] as const;

/** Refuses by name what would otherwise be ignored in silence. */
export function refuseUnsupported(args: Arguments): void {
  const refused = unsupportedOptions.find((option) => args.has(option) && args.doc[option] !== false);
  if (refused) throw new CommandError('NotImplemented', `the embedded store does not support collections with '${refused}'`);
}
