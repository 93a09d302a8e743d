import { expect } from 'chai';
import { Binary, Long, ObjectId } from 'mongodb';

import { describeContract, freshCollection, refusalOf, type Thing } from '../testing/test-store.js';

const docs: Thing[] = [
  {
    _id: 1,
    n: 5,
    s: 'alpha',
    tags: ['x', 'y'],
    steps: [
      { k: 1, v: 1 },
      { k: 2, v: 9 },
    ],
  },
  { _id: 2, n: 10, s: 'beta', tags: [], nested: { a: 1 } },
  { _id: 3, n: null, s: 'Alpha', tags: ['z'], at: new Date(1000) },
  { _id: 4, s: 'gamma', nested: { a: [1, 2] }, long: Long.fromString('9007199254740993') },
  { _id: 5, n: 'text', tags: 'x', bytes: new Binary(Buffer.from('abc')), oid: new ObjectId('65a000000000000000000001') },
];

// prettier-ignore
const cases: [filter: object, ids: number[]][] = [
  [{},                                              [1, 2, 3, 4, 5]],
  [{ n: 5 },                                        [1]],
  [{ n: { $gt: 5 } },                               [2]],
  [{ n: { $gte: 5, $lt: 10 } },                     [1]],
  [{ n: null },                                     [3, 4]],
  [{ n: { $ne: null } },                            [1, 2, 5]],
  [{ n: { $exists: false } },                       [4]],
  [{ n: { $in: [5, 'text', null] } },               [1, 3, 4, 5]],
  [{ n: { $nin: [5, 10] } },                        [3, 4, 5]],
  [{ n: { $type: 'number' } },                      [1, 2]],
  [{ tags: 'x' },                                   [1, 5]],
  [{ tags: [] },                                    [2]],
  [{ tags: ['x', 'y'] },                            [1]],
  [{ tags: { $all: ['x', 'y'] } },                  [1]],
  [{ tags: { $size: 1 } },                          [3]],
  [{ 'tags.0': 'z' },                               [3]],
  [{ s: /^al/i },                                   [1, 3]],
  [{ s: { $regex: '^al', $options: '' } },          [1]],
  [{ 'nested.a': 1 },                               [2, 4]],
  [{ nested: { a: 1 } },                            [2]],
  [{ steps: { $elemMatch: { k: 1, v: 9 } } },       []],
  [{ steps: { $elemMatch: { k: 2, v: { $gt: 5 } } } }, [1]],
  [{ 'steps.k': 1, 'steps.v': 9 },                  [1]],
  [{ $or: [{ n: 5 }, { s: 'gamma' }] },             [1, 4]],
  [{ $nor: [{ n: 5 }, { s: 'gamma' }] },            [2, 3, 5]],
  [{ $and: [{ n: { $gt: 1 } }, { n: { $lt: 6 } }] }, [1]],
  [{ n: { $not: { $gt: 5 } } },                     [1, 3, 4, 5]],
  [{ n: { $mod: [5, 0] } },                         [1, 2]],
  [{ at: new Date(1000) },                          [3]],
  [{ at: { $lte: new Date(1000) } },                [3]],
  [{ long: Long.fromString('9007199254740993') },   [4]],
  [{ long: Long.fromString('9007199254740992') },   []],
  [{ bytes: new Binary(Buffer.from('abc')) },       [5]],
  [{ oid: new ObjectId('65a000000000000000000001') }, [5]],
  [{ $expr: { $gt: ['$n', 7] }, n: { $type: 'int' } }, [2]],
];

const indexes = [
  { n: 1 },
  { n: -1 },
  { tags: 1 },
  { s: 1, n: -1 },
  { 'nested.a': 1 },
  { 'steps.k': 1, 'steps.v': -1 },
  { at: -1 },
  { long: 1 },
  { bytes: 1 },
  { oid: 1 },
] as const;

describeContract('filters', (db) => {
  for (const [filter, ids] of cases) {
    it(`finds ${JSON.stringify(ids)} by ${JSON.stringify(filter)}, with and without indexes`, async () => {
      const things = await freshCollection(db());
      await things.insertMany(docs);
      const found = async () => (await things.find(filter).sort({ _id: 1 }).toArray()).map(({ _id }) => _id);
      expect(await found()).to.deep.equal(ids);
      for (const index of indexes) await things.createIndex(index);
      expect(await found()).to.deep.equal(ids);
      expect(await things.countDocuments(filter)).to.equal(ids.length);
    });
  }

  for (const filter of [{ n: { $near: 1 } }, { $unknown: 1 }, { n: { $in: 5 } }, { $or: [] }]) {
    it(`refuses ${JSON.stringify(filter)}`, async () => {
      const things = await freshCollection(db());
      expect((await refusalOf(things.find(filter).toArray())).code).to.equal(2);
    });
  }

  it('sorts all kinds of values in the order of BSON, by an index and without', async () => {
    const things = await freshCollection(db());
    const values = [
      null,
      -1.5,
      3,
      Long.fromString('9007199254740993'),
      'a',
      'b',
      { a: 1 },
      new Binary(Buffer.from('z')),
      new ObjectId('65a000000000000000000001'),
      false,
      true,
      new Date(0),
    ];
    await things.insertMany(values.map((v, place) => ({ _id: place, v })).reverse());
    const order = async (direction: 1 | -1) => (await things.find().sort({ v: direction }).toArray()).map(({ _id }) => _id);
    const ascending = values.map((_, place) => place);
    for (let round = 0; round < 2; round++) {
      expect(await order(1)).to.deep.equal(ascending);
      expect(await order(-1)).to.deep.equal([...ascending].reverse());
      await things.createIndex({ v: 1 });
    }
  });
});
