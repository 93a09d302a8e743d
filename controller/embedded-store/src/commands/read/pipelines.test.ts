import { expect } from 'chai';

import { describeContract, freshCollection, refusalOf } from '../../testing/test-store.js';

describeContract('expressions and pipelines', (db) => {
  it('know what let defines, whose values are expressions themselves', async () => {
    const things = await freshCollection(db());
    await things.insertMany([{ _id: 1 }, { _id: 2 }]);
    const variables = { id: { $add: [1, 1] }, text: { $literal: '$bar' } };
    const rows = await things
      .aggregate([{ $match: { $expr: { $eq: ['$_id', '$$id'] } } }, { $project: { text: '$$text' } }], { let: variables })
      .toArray();
    expect(rows).to.deep.equal([{ _id: 2, text: '$bar' }]);
    await things.updateOne({ $expr: { $eq: ['$_id', '$$id'] } }, [{ $set: { text: '$$text' } }], { let: variables });
    expect(await things.findOne({ _id: 2 })).to.deep.equal({ _id: 2, text: '$bar' });
  });

  it('make no field of a missing one, and keep _id first', async () => {
    const things = await freshCollection(db());
    await things.insertOne({ _id: 1, a: 1 });
    const rows = await things.aggregate([{ $project: { z: '$nothing', y: '$a', 'deep.x': '$nothing' } }]).toArray();
    expect(rows).to.deep.equal([{ _id: 1, y: 1, deep: {} }]);
    expect(Object.keys(rows[0] ?? {})[0]).to.equal('_id');
  });

  it('update documents without taking their _id away', async () => {
    const things = await freshCollection(db());
    await things.insertOne({ _id: 1, inner: { a: 1 } });
    await things.updateOne({ _id: 1 }, [{ $replaceRoot: { newRoot: '$inner' } }, { $addFields: { b: 2 } }]);
    expect(JSON.stringify(await things.findOne())).to.equal('{"_id":1,"a":1,"b":2}');
    expect((await refusalOf(things.updateOne({ _id: 1 }, [{ $set: { _id: 2 } }]))).code).to.equal(66);
  });

  it('reach no prototype', async () => {
    const things = await freshCollection(db());
    await things.insertOne({ _id: 1 });
    for (const path of ['__proto__.polluted', 'constructor.prototype.polluted']) {
      await things.aggregate([{ $addFields: { [path]: 1 } }]).toArray().catch(() => undefined); // prettier-ignore
      await things.updateOne({ _id: 1 }, { $set: { [path]: 1 } });
    }
    expect(await things.aggregate([{ $match: { polluted: 1 } }]).toArray()).to.deep.equal([]);
    expect(await things.aggregate([{ $project: { polluted: '$polluted' } }]).toArray()).to.deep.equal([{ _id: 1 }]);
    expect(await things.findOne({ 'constructor.prototype.polluted': 1 })).to.have.property('_id', 1);
  });
});
