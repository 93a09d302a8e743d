import { expect } from 'chai';
import { Decimal128, Long, type Filter } from 'mongodb';

import { describeContract, freshCollection, type Thing } from '../testing/test-store.js';

const values = [
  1,
  2,
  2.5,
  3,
  Long.fromNumber(4),
  Decimal128.fromString('5'),
  -1,
  NaN,
  Infinity,
  -Infinity,
  null,
  undefined,
  'text',
  true,
  new Date(3),
];

describeContract('counting', (db) => {
  // prettier-ignore
  const filters: ReadonlyArray<[title: string, filter: Filter<Thing>]> = [
    ['an end below',                        { p: 'a', at: { $gte: 2 } }],
    ['an end below that is not counted',    { p: 'a', at: { $gt: 2 } }],
    ['both ends',                           { p: 'a', at: { $gte: 1, $lt: 4 } }],
    ['an end above, below which NaN lies',  { p: 'a', at: { $lte: 3 } }],
    ['an end of another kind',              { p: 'a', at: { $gte: 'a' } }],
    ['no value between its ends',           { p: 'a', at: { $gt: 3, $lt: 2 } }],
    ['several values before it',            { p: { $in: ['a', 'b'] }, at: { $gte: 2 } }],
    ['another condition beside it',         { p: 'a', at: { $gte: 2 }, n: { $gte: 3 } }],
    ['a value and a range of one field',    { p: 'a', at: { $eq: 3, $gte: 2 } }],
  ];
  for (const order of [1, -1] as const) {
    for (const [title, filter] of filters) {
      it(`by a range with ${title} agrees with what is found, the index in order ${order}`, async () => {
        const things = await freshCollection(db());
        await things.createIndex({ p: 1, at: order });
        const documents = values.flatMap((at, n) =>
          ['a', 'b', 'c'].map((p, place) => ({ _id: n * 3 + place, p, n, ...(at === undefined ? {} : { at }) })),
        );
        await things.insertMany(documents);
        const found = await things.find(filter).toArray();
        expect(await things.countDocuments(filter)).to.equal(found.length);
        expect(await things.countDocuments(filter, { skip: 1, limit: 2 })).to.equal(Math.min(2, Math.max(0, found.length - 1)));
        await things.insertOne({ _id: 1_000, p: 'a', at: [2, 3] });
        expect(await things.countDocuments(filter)).to.equal((await things.find(filter).toArray()).length);
      });
    }
  }
});
