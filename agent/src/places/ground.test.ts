import { expect } from 'chai';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readChildren, readProcess } from '../processes/process-table.js';
import { Places } from './places.js';
import { groundPrograms, type GroundPrograms } from './programs.js';
import { skipWithoutPlaces } from '../testing/places.js';

describe('G10 places that cannot be made', () => {
  let root = '';
  let wanted = { workspace: '', mark: 'm/ready' };
  before(skipWithoutPlaces);
  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), 'drover-ground-'));
    wanted = { ...wanted, workspace: join(root, 'hidden/workspaces/one') };
    await mkdir(wanted.workspace, { recursive: true });
  });
  afterEach(() => rm(root, { recursive: true }));

  /** Programs of which one is a script, in which REAL stands for the program that it otherwise is. */
  const withScript = async (name: 'mount' | 'unshare', script: string): Promise<GroundPrograms> => {
    const programs = groundPrograms();
    if (programs === undefined) throw new Error('there are no programs');
    const path = join(root, name);
    await writeFile(path, `#!/bin/sh\n${script.replaceAll('REAL', programs[name])}\n`, { mode: 0o755 });
    return { ...programs, [name]: path };
  };
  const grounds = () => readChildren(process.pid).filter((pid) => readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('drover-ground'));

  it('leave no ground behind where they cannot be made', async () => {
    const programs = await withScript('mount', 'echo no room; exit 1');
    const before = grounds();
    const failing = new Places(() => [join(root, 'hidden')], { programs: () => programs });
    for (let round = 0; round < 3; round += 1) await rejected(failing.prepare(wanted), 'no room');
    await gone(() => grounds().filter((pid) => !before.includes(pid)));
  });

  it('are given up when their ground is killed while they are made, with what makes them', async () => {
    const begun = join(root, 'begun');
    const programs = await withScript('unshare', `[ "$1" = --mount ] || exec REAL "$@"; echo $$ >${begun}; exec sleep 1000`);
    const before = grounds();
    const slow = new Places(() => [join(root, 'hidden')], { programs: () => programs });
    const made = rejected(slow.take(wanted), 'the place is over');
    const [maker] = await until(() => (existsSync(begun) ? [Number(readFileSync(begun, 'utf8'))] : []).filter((pid) => pid > 0));
    for (const pid of grounds().filter((each) => !before.includes(each))) process.kill(pid, 'SIGKILL');
    await made;
    await gone(() => [readProcess(maker ?? 0)]);
  });
});

async function rejected(made: Promise<unknown>, why: string): Promise<void> {
  const problem = await made.then(
    () => 'it was made',
    (error: unknown) => String(error),
  );
  expect(problem).to.include(why);
}

const limitMs = 10_000;

/** What is looked for, once it is there. */
async function until<T>(look: () => readonly T[]): Promise<readonly T[]> {
  const deadline = performance.now() + limitMs;
  for (let found = look(); ; found = look()) {
    if (found.length > 0) return found;
    if (performance.now() > deadline) throw new Error(`nothing was there within ${limitMs} ms: ${look.toString()}`);
    await delay(5); // the process table tells nobody of changes
  }
}

const gone = (look: () => ReadonlyArray<unknown>): Promise<unknown> =>
  until(() => (look().some((each) => each !== undefined) ? [] : ['gone']));
