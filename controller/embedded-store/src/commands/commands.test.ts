import { text } from 'node:stream/consumers';
import { Readable } from 'node:stream';

import { expect } from 'chai';
import { GridFSBucket, Long, MongoBulkWriteError } from 'mongodb';

import { describeContract, freshCollection, refusalOf } from '../testing/test-store.js';

const numbered = (count: number) => Array.from({ length: count }, (_, place) => ({ _id: place, n: place % 10 }));

describeContract('commands', (db) => {
  it('hand out long results in batches, in order, while documents come and go', async () => {
    const things = await freshCollection(db());
    await things.insertMany(numbered(500));
    await things.createIndex({ n: 1, _id: -1 });
    for (const sort of [{}, { n: 1, _id: -1 } as const, { n: -1, _id: 1 } as const, { n: -1, _id: -1 } as const]) {
      const whole = await things.find().sort(sort).batchSize(1000).toArray();
      const parts = await things.find().sort(sort).batchSize(7).toArray();
      expect(parts).to.deep.equal(whole);
      expect(await things.find().sort(sort).skip(20).limit(30).batchSize(4).toArray()).to.deep.equal(whole.slice(20, 50));
    }
    const some = { n: { $in: [3, 1, 4] } };
    const merged = await things.find(some).sort({ _id: -1 }).batchSize(5).toArray();
    expect(merged.map(({ _id }) => _id)).to.deep.equal(
      numbered(500)
        .filter(({ n }) => [1, 3, 4].includes(n))
        .map(({ _id }) => _id)
        .reverse(),
    );
  });

  it('continue with the rest where an unordered bulk has refused statements, and stop where it is ordered', async () => {
    for (const ordered of [true, false]) {
      const things = await freshCollection(db());
      const refused = await things.insertMany([{ _id: 1 }, { _id: 1 }, { _id: 2 }], { ordered }).catch((error: unknown) => error);
      expect(refused).to.be.instanceOf(MongoBulkWriteError).and.to.have.property('code', 11000);
      expect(await things.countDocuments({})).to.equal(ordered ? 1 : 2);
    }
  });

  it('run mixed bulks', async () => {
    const things = await freshCollection(db());
    const result = await things.bulkWrite([
      { insertOne: { document: { _id: 1, n: 1 } } },
      { updateOne: { filter: { _id: 1 }, update: { $inc: { n: 1 } } } },
      { updateOne: { filter: { _id: 2 }, update: { $set: { n: 5 } }, upsert: true } },
      { replaceOne: { filter: { _id: 1 }, replacement: { m: 1 } } },
      { deleteOne: { filter: { _id: 2 } } },
    ]);
    expect(result).to.deep.include({ insertedCount: 1, matchedCount: 2, modifiedCount: 2, upsertedCount: 1, deletedCount: 1 });
    expect(await things.find().toArray()).to.deep.equal([{ _id: 1, m: 1 }]);
  });

  it('aggregate, with $match and $sort first', async () => {
    const things = await freshCollection(db());
    await things.insertMany(numbered(100));
    const rows = await things
      .aggregate([
        { $match: { _id: { $lt: 50 } } },
        { $group: { _id: '$n', count: { $sum: 1 }, most: { $max: '$_id' } } },
        { $sort: { _id: -1 } },
        { $limit: 2 },
      ])
      .toArray();
    expect(rows).to.deep.equal([
      { _id: 9, count: 5, most: 49 },
      { _id: 8, count: 5, most: 48 },
    ]);
    const [faceted] = await things
      .aggregate([{ $facet: { total: [{ $count: 'n' }], first: [{ $sort: { _id: 1 } }, { $limit: 1 }, { $project: { _id: 1 } }] } }])
      .toArray();
    expect(faceted).to.deep.equal({ total: [{ n: 100 }], first: [{ _id: 0 }] });
    expect(await things.aggregate([{ $match: { n: 3 } }, { $count: 'n' }]).toArray()).to.deep.equal([{ n: 10 }]);
    expect(await things.countDocuments({ n: { $gte: 5 } }, { skip: 10, limit: 20 })).to.equal(20);
    expect((await refusalOf(things.aggregate([{ $project: { x: { $fly: 1 } } }]).toArray())).code).to.be.a('number');
  });

  it('count the same from an index as from the documents', async () => {
    const things = await freshCollection(db());
    await things.insertMany([...numbered(100), { _id: 100, n: null }, { _id: 101 }]);
    const filters = [
      { n: 3 },
      { n: { $in: [3, 4, 55] } },
      { n: null },
      { n: 3, _id: { $gt: 50 } },
      { n: { $gt: 7 } },
      { n: 3, m: { $exists: false } },
    ];
    const counts = async () => await Promise.all(filters.map((filter) => things.countDocuments(filter)));
    const before = await counts();
    expect(before).to.deep.equal([10, 20, 2, 5, 20, 10]);
    await things.createIndex({ n: 1, _id: 1 });
    expect(await counts()).to.deep.equal(before);
  });

  it('show only the fields that are asked for', async () => {
    const things = await freshCollection(db());
    await things.insertOne({ _id: 1, a: { b: 1, c: 2 }, list: [{ x: 1, y: 2 }, { x: 3 }], z: 1 });
    const shown = async (projection: object) => await things.findOne({ _id: 1 }, { projection });
    expect(await shown({ 'a.b': 1 })).to.deep.equal({ _id: 1, a: { b: 1 } });
    expect(await shown({ list: 0, a: 0 })).to.deep.equal({ _id: 1, z: 1 });
    expect(await shown({ _id: 0, 'list.x': 1 })).to.deep.equal({ list: [{ x: 1 }, { x: 3 }] });
    expect(await shown({ z: 1, list: { $slice: 1 } })).to.deep.equal({ _id: 1, list: [{ x: 1, y: 2 }], z: 1 });
    expect(await shown({ list: { $elemMatch: { x: 3 } } })).to.deep.equal({ _id: 1, list: [{ x: 3 }] });
  });

  it('keep Long offsets exact and give distinct values in order', async () => {
    const things = await freshCollection(db());
    const large = Long.fromString('9007199254740993');
    await things.insertMany([
      { _id: 1, end: large },
      { _id: 2, end: 3 },
      { _id: 3, end: 3 },
    ]);
    await things.updateOne({ _id: 1, end: large }, { $inc: { end: Long.fromNumber(4) } });
    const found = await things.findOne({ _id: 1 }, { promoteLongs: false });
    expect(found?.['end'].toString()).to.equal('9007199254740997');
    expect(await things.distinct('end', { _id: { $gt: 1 } })).to.deep.equal([3]);
  });

  it('store files through GridFS (B4)', async () => {
    const bucket = new GridFSBucket(db(), { bucketName: 'files', chunkSizeBytes: 1000 });
    const content = 'a line of a log\n'.repeat(1000);
    const upload = bucket.openUploadStream('log');
    await new Promise((resolve, reject) => Readable.from([content]).pipe(upload).on('finish', resolve).on('error', reject));
    expect(await text(bucket.openDownloadStream(upload.id))).to.equal(content);
    expect(await text(bucket.openDownloadStream(upload.id, { start: 1600, end: 1616 }))).to.equal('a line of a log\n');
    await bucket.delete(upload.id);
    expect(await db().collection('files.chunks').countDocuments({})).to.equal(0);
  });

  it('make, list, rename and drop collections', async () => {
    const base = db();
    await base.dropDatabase();
    await base.createCollection('one');
    await base.createCollection('one');
    await base.collection<{ _id: number }>('one').insertOne({ _id: 1 });
    await base.collection('one').rename('two');
    expect((await base.listCollections().toArray()).map(({ name }) => name)).to.deep.equal(['two']);
    expect(await base.collection('two').countDocuments()).to.equal(1);
    expect(await base.collection('two').drop()).to.equal(true);
    expect(await base.listCollections().toArray()).to.deep.equal([]);
  });
});
