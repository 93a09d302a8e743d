import { expect } from 'chai';

import { describeContract, freshCollection } from '../../testing/test-store.js';

describeContract('findAndModify', (db) => {
  it('claims the head of a queue, and each document once (B4)', async () => {
    const queue = await freshCollection(db());
    await queue.createIndex({ state: 1, priority: -1, createdAt: 1 });
    await queue.insertMany([1, 2, 3, 4].map((createdAt) => ({ _id: createdAt, state: 'queued', priority: createdAt % 2, createdAt })));
    const order = [];
    for (let turn = 0; turn < 5; turn++) {
      const claimed = await queue.findOneAndUpdate(
        { state: 'queued' },
        { $set: { state: 'running' } },
        { sort: { priority: -1, createdAt: 1 } },
      );
      order.push(claimed?._id);
    }
    expect(order).to.deep.equal([1, 3, 2, 4, undefined]);
  });

  it('gives the new version where that is asked for, and inserts with upsert', async () => {
    const things = await freshCollection(db());
    const made = await things.findOneAndUpdate({ _id: 'a' }, { $inc: { n: 2 } }, { upsert: true, returnDocument: 'after' });
    expect(made).to.deep.equal({ _id: 'a', n: 2 });
    const before = await things.findOneAndUpdate({ _id: 'a' }, { $inc: { n: 2 } });
    expect(before).to.deep.equal({ _id: 'a', n: 2 });
    expect(await things.findOneAndReplace({ _id: 'a' }, { n: 9 }, { returnDocument: 'after' })).to.deep.equal({ _id: 'a', n: 9 });
    expect(await things.findOneAndDelete({ _id: 'a' }, { projection: { n: 1, _id: 0 } })).to.deep.equal({ n: 9 });
    expect(await things.findOneAndDelete({ _id: 'a' })).to.equal(null);
  });
});
