import { expect } from 'chai';

import { makeFolder } from '../testing/test-store.js';
import { Catalogue } from './catalogue.js';
import { Committer, type Work } from './committer.js';
import { openEnvironment } from './environment.js';

describe('commands that arrive together', () => {
  async function outcomeOf(works: (log: string[]) => readonly Work[]): Promise<string[]> {
    const { folder, remove } = await makeFolder();
    const environment = openEnvironment({ folder });
    const committer = new Committer(environment, new Catalogue(environment));
    const log: string[] = [];
    for (const work of works(log)) committer.submit(work);
    committer.drain();
    await environment.root.close();
    await remove();
    return log;
  }

  const [one, other] = [{}, {}];

  it('keep their order on each connection, reads outside of the transaction', async () => {
    const log = await outcomeOf((into) => {
      const work = (source: object, kind: 'read' | 'write', name: string): Work => ({
        source,
        writes: kind === 'write',
        run: () => into.push(`run ${name}`),
        settle: () => into.push(`answer ${name}`),
      });
      return [
        work(one, 'write', 'w1'),
        work(one, 'read', 'r1'),
        work(one, 'write', 'w2'),
        work(other, 'read', 'r2'),
        work(other, 'write', 'w3'),
      ];
    });
    expect(log).to.deep.equal([
      ...['run r2', 'answer r2', 'run w1', 'run w3', 'answer w1', 'answer w3'],
      ...['run r1', 'answer r1', 'run w2', 'answer w2'],
    ]);
  });

  it('fail alone: a batch with a guilty write is tried again, and no read of it runs twice', async () => {
    let reads = 0;
    const log = await outcomeOf((into) => [
      { source: one, writes: true, run: () => undefined, settle: (error) => into.push(`first ${String(error)}`) },
      { source: one, writes: false, run: () => (reads += 1), settle: (error) => into.push(`read ${String(error)}`) },
      {
        source: other,
        writes: true,
        run: () => {
          throw new Error('guilty');
        },
        settle: (error) => into.push(`second ${String(error)}`),
      },
    ]);
    expect(log).to.deep.equal(['first undefined', 'second Error: guilty', 'read undefined']);
    expect(reads).to.equal(1);
  });
});
