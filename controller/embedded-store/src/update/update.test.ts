import { expect } from 'chai';
import { Double, Int32, Long } from 'mongodb';

import { describeContract, freshCollection, refusalOf } from '../testing/test-store.js';

// prettier-ignore
const cases: [title: string, before: object, update: object, after: object][] = [
  ['sets a field inside missing documents',    {},                     { $set: { 'a.b.c': 1 } },                     { a: { b: { c: 1 } } }],
  ['sets an element of an array',              { a: [1, 2] },          { $set: { 'a.1': 5 } },                       { a: [1, 5] }],
  ['pads an array up to a new element',        { a: [1] },             { $set: { 'a.3': 5 } },                       { a: [1, null, null, 5] }],
  ['keeps an explicit null',                   { a: 1 },               { $set: { a: null } },                        { a: null }],
  ['unsets fields, elements become null',      { a: 1, b: [1, 2] },    { $unset: { a: '', 'b.0': '' } },             { b: [null, 2] }],
  ['adds to numbers and makes missing ones',   { a: 1 },               { $inc: { a: 2, b: -1 } },                    { a: 3, b: -1 }],
  ['multiplies, from zero where missing',      { a: 3 },               { $mul: { a: 2, b: 5 } },                     { a: 6, b: 0 }],
  ['takes the lesser and the greater value',   { a: 3, b: 3 },         { $min: { a: 1 }, $max: { b: 9, c: 1 } },     { a: 1, b: 9, c: 1 }],
  ['renames, over what was there',             { a: 1, b: 2 },         { $rename: { a: 'b' } },                      { b: 1 }],
  ['pushes one or many values',                { a: [1] },             { $push: { a: { $each: [2, 3] }, b: 4 } },    { a: [1, 2, 3], b: [4] }],
  ['pushes, sorts and cuts',                   { a: [5, 1] },          { $push: { a: { $each: [3], $sort: 1, $slice: -2 } } }, { a: [3, 5] }],
  ['pushes at a position',                     { a: [1, 2] },          { $push: { a: { $each: [9], $position: 1 } } }, { a: [1, 9, 2] }],
  ['sorts pushed documents by a field',        { a: [{ n: 2 }] },      { $push: { a: { $each: [{ n: 1 }], $sort: { n: 1 } } } }, { a: [{ n: 1 }, { n: 2 }] }],
  ['adds to a set by value',                   { a: [1, { x: 1 }] },   { $addToSet: { a: { $each: [{ x: 1 }, 2, 2] } } }, { a: [1, { x: 1 }, 2] }],
  ['pulls by value, condition and query',      { a: [1, 5], b: [{ n: 1, m: 2 }, { n: 2 }] }, { $pull: { a: { $gt: 3 }, b: { n: 1 } } }, { a: [1], b: [{ n: 2 }] }],
  ['pulls all of a list',                      { a: [1, 2, 1] },       { $pullAll: { a: [1, 7] } },                  { a: [2] }],
  ['pops either end',                          { a: [1, 2], b: [1, 2] }, { $pop: { a: 1, b: -1 } },                  { a: [1], b: [2] }],
  ['changes bits',                             { a: 12 },              { $bit: { a: { and: 10 } } },                 { a: 8 }],
  ['changes every element',                    { a: [{ n: 1 }, { n: 2 }] }, { $inc: { 'a.$[].n': 1 } },              { a: [{ n: 2 }, { n: 3 }] }],
  ['leaves $setOnInsert alone on an update',   { a: 1 },               { $setOnInsert: { a: 2 }, $set: { b: 1 } },   { a: 1, b: 1 }],
  ['appends new fields in the order of names', { z: 1 },               { $set: { c: 1, b: 1 } },                     { z: 1, b: 1, c: 1 }],
  ['computes with a pipeline',                 { a: 1, b: 2 },         [{ $set: { c: { $add: ['$a', '$b'] } } }],    { a: 1, b: 2, c: 3 }],
];

// prettier-ignore
const refusals: [title: string, before: object, update: object, code: number][] = [
  ['an unknown operator',                   {},              { $grow: { a: 1 } },                        9],
  ['two operators on one field',            {},              { $set: { a: 1 }, $inc: { a: 1 } },         40],
  ['operators on a field and inside it',    {},              { $set: { a: 1, 'a.b': 1 } },               40],
  ['a changed _id',                         {},              { $set: { _id: 2 } },                       66],
  ['a path through a scalar',               { a: 1 },        { $set: { 'a.b': 1 } },                     28],
  ['adding to a string',                    { a: 'x' },      { $inc: { a: 1 } },                         14],
  ['adding a string',                       { a: 1 },        { $inc: { a: 'x' } },                       14],
  ['pushing to a scalar',                   { a: 1 },        { $push: { a: 1 } },                        2],
  ['an unknown clause of $push',            { a: [] },       { $push: { a: { $each: [], $shuffle: 1 } } }, 2],
  ['an identifier without a filter',        { a: [1] },      { $set: { 'a.$[x]': 1 } },                  2],
  ['a positional $ without a match',        { a: [1] },      { $set: { 'a.$': 1 } },                     2],
];

describeContract('update operators', (db) => {
  for (const [title, before, update, after] of cases) {
    it(title, async () => {
      const things = await freshCollection(db());
      await things.insertOne({ _id: 1, ...before });
      await things.updateOne({ _id: 1 }, update);
      const found = await things.findOne({ _id: 1 });
      expect(found).to.deep.equal({ _id: 1, ...after });
      expect(Object.keys(found ?? {})).to.deep.equal(['_id', ...Object.keys(after)]);
    });
  }

  for (const [title, before, update, code] of refusals) {
    it(`refuses ${title}, and changes nothing`, async () => {
      const things = await freshCollection(db());
      await things.insertOne({ _id: 1, ...before });
      const refused = await refusalOf(
        db()
          .command({ update: things.collectionName, updates: [{ q: { _id: 1 }, u: update }] })
          .then(firstError),
      );
      expect(refused.code).to.equal(code);
      expect(await things.findOne({ _id: 1 })).to.deep.equal({ _id: 1, ...before });
    });
  }

  it('changes the element that the filter matched, and those that array filters choose', async () => {
    const things = await freshCollection(db());
    await things.insertOne({
      _id: 1,
      steps: [
        { name: 'a', n: 1 },
        { name: 'b', n: 2 },
      ],
      list: [1, 5, 9],
    });
    await things.updateOne({ _id: 1, 'steps.name': 'b' }, { $set: { 'steps.$.done': true } });
    await things.updateOne({ _id: 1, steps: { $elemMatch: { name: 'a', n: 1 } } }, { $inc: { 'steps.$.n': 10 } });
    await things.updateOne({ _id: 1 }, { $set: { 'list.$[big]': 0 } }, { arrayFilters: [{ big: { $gte: 5 } }] });
    const steps = [
      { name: 'a', n: 11 },
      { name: 'b', n: 2, done: true },
    ];
    expect(await things.findOne({ _id: 1 })).to.deep.equal({ _id: 1, steps, list: [1, 0, 0] });
  });

  it('keeps the classes of numbers that it does not touch, and widens those that overflow', async () => {
    const things = await freshCollection(db());
    await things.insertOne({ _id: 1, double: new Double(3), long: Long.fromNumber(5), int: new Int32(2147483647) });
    await things.updateOne({ _id: 1 }, { $inc: { int: 1 } });
    const raw = await things.findOne({ _id: 1 }, { promoteValues: false });
    expect(raw?.['double']).to.be.instanceOf(Double);
    expect(raw?.['long']).to.be.instanceOf(Long);
    expect(raw?.['int'].toString()).to.equal('2147483648');
  });

  it('makes the document of an upsert from filter and update', async () => {
    const things = await freshCollection(db());
    const result = await things.updateOne(
      { _id: 'x', 'a.b': 1, n: { $gt: 3 } },
      { $set: { c: 2 }, $setOnInsert: { d: 3 } },
      { upsert: true },
    );
    expect(result).to.deep.include({ matchedCount: 0, modifiedCount: 0, upsertedCount: 1, upsertedId: 'x' });
    expect(await things.findOne()).to.deep.equal({ _id: 'x', a: { b: 1 }, c: 2, d: 3 });
  });

  it('counts what matched and what really changed', async () => {
    const things = await freshCollection(db());
    await things.insertMany([
      { _id: 1, n: 1 },
      { _id: 2, n: 2 },
      { _id: 3, n: 2 },
    ]);
    const result = await things.updateMany({}, { $set: { n: 2 } });
    expect(result).to.deep.include({ matchedCount: 3, modifiedCount: 1 });
  });
});

function firstError(reply: object): void {
  const errors = 'writeErrors' in reply && Array.isArray(reply.writeErrors) ? reply.writeErrors : [];
  if (errors[0]) throw Object.assign(new Error(errors[0].errmsg), { code: errors[0].code });
}
