import { assert } from 'chai';
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import type { PlacesAhead } from '../executors/executor.js';
import { silentLogger as logger } from '../shared/logger.js';
import { freshFolder } from '../testing/folders.js';
import { ReadyWorkspaces } from './ready-workspaces.js';
import { testMarker } from '../testing/test-marker.js';

/** Places that are only remembered. */
class RememberedPlaces implements PlacesAhead {
  readonly standing = new Set<string>();
  fails = false;
  #waiting: { readonly count: number; readonly resolve: () => void } | undefined;

  prepare({ workspaceHostPath }: Parameters<PlacesAhead['prepare']>[0]): Promise<void> {
    if (this.fails) return Promise.reject(new Error('there is no room'));
    this.standing.add(workspaceHostPath);
    if (this.standing.size >= (this.#waiting?.count ?? Infinity)) this.#waiting?.resolve();
    return Promise.resolve();
  }

  discard(path: string): Promise<void> {
    this.standing.delete(path);
    return Promise.resolve();
  }

  async reach(count: number): Promise<void> {
    if (this.standing.size < count) await new Promise<void>((resolve) => (this.#waiting = { count, resolve }));
    await new Promise(setImmediate);
  }
}

describe('G9 workspaces made ahead', () => {
  const folder = freshFolder();
  const withSlots = (slots: number) => {
    const ahead = new RememberedPlaces();
    return {
      ahead,
      ready: new ReadyWorkspaces({ root: folder.path, ahead, agentMarker: testMarker, slots: () => slots, isFree: () => true, logger }),
    };
  };

  it('are as many as there are slots, four at most, and each is given once', async () => {
    const { ahead, ready } = withSlots(2);
    assert.equal(ready.take(1), undefined);
    ready.fill();
    await ahead.reach(2);
    assert.deepEqual(ready.slots, [1, 2]);
    const taken = [ready.take(2), ready.take(1)];
    assert.sameMembers(taken, [...ahead.standing]);
    assert.equal(ready.take(1), undefined);
    ready.fill();
    await ahead.reach(4);
    await ready.close();
    assert.sameMembers([...ahead.standing], taken);

    const many = withSlots(100);
    many.ready.fill();
    await many.ahead.reach(4);
    await many.ready.close();
  });

  it('are gone when they are closed, and none is made any more', async () => {
    const { ahead, ready } = withSlots(3);
    ready.fill();
    await ready.close();
    ready.fill();
    await ready.close();
    assert.deepEqual([[...ahead.standing], await readdir(folder.path)], [[], []]);
  });

  it('are passed over when their folder is gone', async () => {
    const { ahead, ready } = withSlots(2);
    ready.fill();
    await ahead.reach(2);
    const [first = '', second] = [...ahead.standing];
    await rm(first, { recursive: true });
    assert.deepEqual([ready.take(1), ready.take(2)], [undefined, second]);
    await ready.close();
  });

  it('leave nothing when their place cannot be made', async () => {
    const { ahead, ready } = withSlots(2);
    ahead.fails = true;
    ready.fill();
    await ready.close();
    assert.equal(ready.take(1), undefined);
    assert.deepEqual(existsSync(folder.path) ? await readdir(folder.path) : [], []);
  });
});
