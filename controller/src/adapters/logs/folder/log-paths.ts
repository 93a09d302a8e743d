import { join } from 'node:path';
import type { LogIdentity } from '../../../services/ports/logs.js';

export interface LogPaths {
  readonly folder: string;
  readonly log: string;
  readonly places: string;
  readonly seal: string;
}

const name = /^[a-z0-9][a-z0-9.~-]*$/;

/** The files of a log: its bytes, its side file of places, its verdict. Ids that could leave the folder are refused. */
export function pathsOf(root: string, { projectId, runId, attemptId }: LogIdentity): LogPaths {
  for (const part of [projectId, runId, attemptId]) {
    if (!name.test(part)) throw new Error(`expected an id that can name a file, got ${JSON.stringify(part)}`);
  }
  const folder = join(root, projectId, runId);
  return {
    folder,
    log: join(folder, `${attemptId}.log`),
    places: join(folder, `${attemptId}.places`),
    seal: join(folder, `${attemptId}.json`),
  };
}
