import { randomBytes } from 'node:crypto';

/**
 * Stands for an agent in tests. The processes of an attempt are found, and killed, by this and the attempt's id: with a
 * fixed word two tests that run at the same time would end each other's.
 */
export const testMarker = `test-${randomBytes(6).toString('hex')}`;
