import { expect } from 'chai';

import { openTestStore } from '../testing/test-store.js';

describe('an index with expireAfterSeconds', () => {
  it('has documents removed when their time is over, and only those', async () => {
    const { client, end } = await openTestStore();
    const things = client.db('x').collection<{ _id: number; at?: Date | string }>('things');
    await things.createIndex({ at: 1 }, { expireAfterSeconds: 60 });
    const now = Date.now();
    await things.insertMany([{ _id: 1, at: new Date(now - 61_000) }, { _id: 2, at: new Date(now) }, { _id: 3 }, { _id: 4, at: 'never' }]);
    expect(await client.db('admin').command({ droverRemoveExpired: 1 })).to.deep.include({ removed: 1 });
    expect((await things.find().toArray()).map(({ _id }) => _id)).to.deep.equal([2, 3, 4]);
    await end();
  });
});
