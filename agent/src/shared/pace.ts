import { setFlagsFromString } from 'node:v8';

/*
 * How Node's engine runs this program. An agent mostly waits, and then is to be small: without the optimising compiler,
 * whose part of Node (4 MB) is then never loaded, and with no more room for young objects than it began with. Both are
 * hints: an engine that knows no such flag continues as before.
 */

let isSmall = false;

/** From now on this program is small rather than quick. */
export function keepSmall(): void {
  isSmall = true;
  setFlagsFromString('--no-turbofan');
  setFlagsFromString('--semi-space-growth-factor=1');
}

/** From now on it is quick again: what is called often is compiled, and its heap may grow. */
export function workFast(): void {
  if (!isSmall) return;
  isSmall = false;
  setFlagsFromString('--turbofan');
  setFlagsFromString('--semi-space-growth-factor=2');
}
