import { expect } from 'chai';

import { describeContract, freshCollection, refusalOf } from '../testing/test-store.js';

describeContract('indexes', (db) => {
  it('refuse a second document with the same unique value, and name the index and the value', async () => {
    const things = await freshCollection(db());
    await things.createIndex({ a: 1, b: -1 }, { unique: true });
    await things.insertOne({ _id: 1, a: 1, b: 2 });
    const refused = await refusalOf(things.insertOne({ _id: 2, a: 1, b: 2 }));
    expect(refused.code).to.equal(11000);
    expect(refused.fields['keyPattern']).to.deep.equal({ a: 1, b: -1 });
    expect(refused.fields['keyValue']).to.deep.equal({ a: 1, b: 2 });
    expect(refused.message).to.include('a_1_b_-1');
    expect(await things.countDocuments({})).to.equal(1);
  });

  it('hold partial uniqueness only among the documents of their condition', async () => {
    const attempts = await freshCollection(db());
    await attempts.createIndex(
      { agentId: 1, slot: 1 },
      { unique: true, partialFilterExpression: { state: { $in: ['accepted', 'running'] } } },
    );
    await attempts.insertMany([
      { _id: 1, agentId: 'a', slot: 0, state: 'running' },
      { _id: 2, agentId: 'a', slot: 0, state: 'finished' },
      { _id: 3, agentId: 'a', slot: 0, state: 'queued' },
    ]);
    expect((await refusalOf(attempts.updateOne({ _id: 3 }, { $set: { state: 'accepted' } }))).code).to.equal(11000);
    await attempts.updateOne({ _id: 1 }, { $set: { state: 'finished' } });
    await attempts.updateOne({ _id: 3 }, { $set: { state: 'accepted' } });
    expect(await attempts.countDocuments({ agentId: 'a', slot: 0, state: { $in: ['accepted', 'running'] } })).to.equal(1);
    expect(await attempts.countDocuments({ agentId: 'a', slot: 0 })).to.equal(3);
  });

  it('hold partial uniqueness by existence', async () => {
    const runs = await freshCollection(db());
    await runs.createIndex({ runSlot: 1 }, { unique: true, partialFilterExpression: { runSlot: { $exists: true } } });
    await runs.insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3, runSlot: 0 }]);
    expect((await refusalOf(runs.updateOne({ _id: 1 }, { $set: { runSlot: 0 } }))).code).to.equal(11000);
    await runs.updateOne({ _id: 3 }, { $unset: { runSlot: '' } });
    await runs.updateOne({ _id: 1 }, { $set: { runSlot: 0 } });
  });

  it('treat a missing value as null, unless they are sparse', async () => {
    const things = await freshCollection(db());
    await things.createIndex({ a: 1 }, { unique: true });
    await things.createIndex({ b: 1 }, { unique: true, sparse: true });
    await things.insertOne({ _id: 1 });
    expect((await refusalOf(things.insertOne({ _id: 2 }))).code).to.equal(11000);
    await things.insertOne({ _id: 3, a: 1 });
    expect(await things.find().sort({ b: 1 }).toArray()).to.have.length(2);
  });

  it('are refused over data that breaks them, and leave nothing behind', async () => {
    const things = await freshCollection(db());
    await things.insertMany([
      { _id: 1, a: 1 },
      { _id: 2, a: 1 },
    ]);
    expect((await refusalOf(things.createIndex({ a: 1 }, { unique: true }))).code).to.equal(11000);
    expect(await things.indexes()).to.have.length(1);
    await things.deleteOne({ _id: 2 });
    await things.createIndex({ a: 1 }, { unique: true });
  });

  it('are made once, and refused where they disagree with what is there', async () => {
    const things = await freshCollection(db());
    await things.createIndex({ a: 1 });
    await things.createIndex({ a: 1 });
    expect(await things.indexes()).to.have.length(2);
    expect((await refusalOf(things.createIndex({ a: 1 }, { unique: true }))).code).to.equal(86);
    expect((await refusalOf(things.createIndex({ b: 1 }, { name: 'a_1' }))).code).to.equal(86);
    await things.dropIndex('a_1');
    expect((await refusalOf(things.dropIndex('a_1'))).code).to.equal(27);
  });

  it('find elements of arrays, and each document once', async () => {
    const things = await freshCollection(db());
    await things.createIndex({ tags: 1 });
    await things.insertMany([
      { _id: 1, tags: [1, 5, 9] },
      { _id: 2, tags: [4] },
    ]);
    expect(
      (await things.find({ tags: { $gt: 0, $lt: 7 } }).toArray()).map(({ _id }) => Number(_id)).sort((one, other) => one - other),
    ).to.deep.equal([1, 2]);
    expect(await things.countDocuments({ tags: { $in: [1, 5] } })).to.equal(1);
    expect(
      (await refusalOf(things.createIndex({ tags: 1, more: 1 }).then(() => things.insertOne({ _id: 3, tags: [1], more: [1] })))).code,
    ).to.equal(171);
  });

  it('keep very long values apart and findable', async () => {
    const things = await freshCollection(db());
    await things.createIndex({ path: 1 }, { unique: true });
    const long = 'x'.repeat(5000);
    await things.insertMany([
      { _id: 1, path: `${long}a` },
      { _id: 2, path: `${long}b` },
    ]);
    expect(await things.findOne({ path: `${long}b` })).to.have.property('_id', 2);
    expect(await things.countDocuments({ path: { $gte: long } })).to.equal(2);
    expect((await refusalOf(things.insertOne({ _id: 3, path: `${long}a` }))).code).to.equal(11000);
  });

  it('give long values in order too, though they cannot hold these whole', async () => {
    const things = await freshCollection(db());
    await things.createIndex({ path: 1, at: 1 });
    const path = 'x'.repeat(2000);
    await things.insertMany(Array.from({ length: 20 }, (_, place) => ({ _id: place, path, at: (place * 7) % 20 })));
    const ordered = async (filter: object, sort: Record<string, 1 | -1>) =>
      (await things.find(filter).sort(sort).batchSize(6).toArray()).map(({ at }): unknown => at);
    const expected = Array.from({ length: 20 }, (_, place) => place);
    expect(await ordered({ path }, { at: 1 })).to.deep.equal(expected);
    expect(await ordered({}, { path: -1, at: -1 })).to.deep.equal(expected.toReversed());
    expect(await ordered({ path: { $in: [path, 'short'] } }, { at: 1 })).to.deep.equal(expected);
  });

  it('follow arrays with very many elements without delay', async () => {
    const things = await freshCollection(db());
    await things.createIndex({ list: 1 });
    const list = Array.from({ length: 20_000 }, (_, place) => place);
    await things.insertOne({ _id: 1, list });
    await things.updateOne({ _id: 1 }, { $set: { 'list.20000': 20_000 } });
    await things.updateOne({ _id: 1 }, { $set: { 'list.5': -1 } });
    expect(await things.countDocuments({ list: 20_000 })).to.equal(1);
    expect(await things.countDocuments({ list: 5 })).to.equal(0);
  });
});
