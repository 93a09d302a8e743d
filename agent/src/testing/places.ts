import { skipBecause } from '@drover/protocol/testing';
import { tmpdir } from 'node:os';
import { groundPrograms } from '../places/programs.js';
import { detectIsolation } from '../processes/isolation.js';

/** A hook of tests: passes them over, aloud, where places cannot be made. */
export async function skipWithoutPlaces(this: Mocha.Context): Promise<void> {
  if (groundPrograms() !== undefined && (await detectIsolation({ folder: tmpdir() })).includes('namespaces')) return;
  skipBecause(this, 'places cannot be made on this machine');
}
