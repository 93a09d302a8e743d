import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';

import { expect } from 'chai';
import { BSON, type Document } from 'mongodb';

import { openTestStore, refusalOf, type TestStore } from '../testing/test-store.js';

/** A message with one command; documents may follow as a sequence of encoded ones. */
function message(command: Document, sequence?: { name: string; documents: readonly Uint8Array[] }): Buffer {
  const sections = [Buffer.of(0), BSON.serialize(command)];
  if (sequence) {
    const content = Buffer.concat([Buffer.from(`${sequence.name}\0`), ...sequence.documents]);
    const size = Buffer.alloc(4);
    size.writeInt32LE(4 + content.length);
    sections.push(Buffer.of(1), size, content);
  }
  const body = Buffer.concat([Buffer.alloc(20), ...sections]);
  body.writeInt32LE(body.length, 0);
  body.writeInt32LE(2013, 12);
  return body;
}

/** Nested documents, encoded without recursion. */
function nested(levels: number): Uint8Array {
  const empty = 5;
  const bytes = Buffer.alloc(empty + 8 * levels);
  for (let level = 0; level < levels; level++) {
    bytes.writeInt32LE(bytes.length - 8 * level, 7 * level);
    bytes.write('\u0003a\0', 7 * level + 4, 'latin1');
  }
  bytes.writeInt32LE(empty, 7 * levels);
  return bytes;
}

describe('the store, sent hostile input', () => {
  let opened: TestStore;
  let socket: Socket;
  before(async () => {
    opened = await openTestStore();
  });
  after(() => opened.end());
  beforeEach(() => {
    socket = createConnection(decodeURIComponent(/mongodb:\/\/([^/]+)\//.exec(opened.store.uri)?.[1] ?? ''));
  });
  afterEach(() => socket.destroy());

  async function answerTo(bytes: Buffer): Promise<Document> {
    socket.write(bytes);
    const [answer]: Buffer[] = await once(socket, 'data');
    return BSON.deserialize(answer?.subarray(21) ?? Buffer.alloc(0));
  }

  const things = () => opened.client.db('x').collection<{ _id: number; list?: unknown }>('things');

  for (const levels of [201, 1_000_000]) {
    it(`refuses documents of ${levels} levels and stores those beside them`, async () => {
      const documents = [BSON.serialize({ _id: levels }), nested(levels), BSON.serialize({ _id: levels + 1 })];
      const answer = await answerTo(message({ insert: 'things', ordered: false, $db: 'x' }, { name: 'documents', documents }));
      expect(answer).to.deep.include({ ok: 1, n: 2 });
      expect(answer['writeErrors'][0]).to.deep.include({ index: 1, code: 15 });
      expect(await things().countDocuments({ _id: { $in: [levels, levels + 1] } })).to.equal(2);
    });
  }

  it('refuses updates and filters that are nested too deeply', async () => {
    await things().insertOne({ _id: 1 });
    const path = Array.from({ length: 250 }, () => 'a').join('.');
    expect((await refusalOf(things().updateOne({ _id: 1 }, { $set: { [path]: 1 } }))).code).to.equal(15);
    expect((await refusalOf(things().updateOne({ _id: 2 }, { $set: { [path]: 1 } }, { upsert: true }))).code).to.equal(15);
    expect(await things().findOne({ _id: 1 })).to.deep.equal({ _id: 1 });
    const filter = { find: 'things', $db: 'x' };
    const deep = await answerTo(message(filter, { name: 'filter', documents: [nested(500_000)] }));
    expect(deep).to.deep.include({ ok: 0 });
  });

  it('answers malformed documents of an insert as such, and stores none of them', async () => {
    const malformed = Buffer.from([12, 0, 0, 0, 0x02, 0x61, 0, 0xff, 0, 0, 0, 0]);
    const answer = await answerTo(message({ insert: 'things', $db: 'x' }, { name: 'documents', documents: [malformed] }));
    expect(answer).to.deep.include({ ok: 1, n: 0 });
    expect(answer['writeErrors'][0]).to.deep.include({ code: 22 });
  });

  it('takes names of the prototype as plain names', async () => {
    const named = { ...JSON.parse('{"__proto__": {"polluted": 1}, "constructor": 1}'), _id: 5 };
    await things().insertOne(named);
    await things().updateOne({ _id: 5 }, { $set: { 'toString.valueOf': 1 }, $inc: { constructor: 1 } });
    const found = await things().findOne({ '__proto__.polluted': 1 });
    expect(found).to.include({ _id: 5, constructor: 2 });
    expect(await things().findOne({ polluted: 1 })).to.equal(null);
    const odd = await answerTo(message({ ping: 1, $db: 'x' }, { name: '__proto__', documents: [BSON.serialize({ a: 1 })] }));
    expect(odd).to.deep.include({ code: 40415 });
  });

  it('continues serving others whatever bytes of a message are changed', async () => {
    const messages = [
      message({ find: 'things', filter: { list: { $elemMatch: { $gt: 1 } } }, sort: { _id: -1 }, $db: 'x' }),
      message({ insert: 'other', $db: 'x' }, { name: 'documents', documents: [BSON.serialize({ a: [1, 'b', { c: new Date(0) }] })] }),
      message({ update: 'other', updates: [{ q: { a: /b/i }, u: { $push: { a: { $each: [1], $slice: -5 } } }, multi: true }], $db: 'x' }),
      message({ aggregate: 'other', pipeline: [{ $group: { _id: '$a', n: { $sum: 1 } } }], cursor: {}, $db: 'x' }),
    ];
    const random = seeded(20_231);
    for (let round = 0; round < 400; round++) {
      const bytes = Buffer.from(messages[round % messages.length] ?? []);
      for (let change = 0; change < 1 + (round % 3); change++) bytes[random(bytes.length)] = random(256);
      const victim = createConnection(decodeURIComponent(/mongodb:\/\/([^/]+)\//.exec(opened.store.uri)?.[1] ?? ''));
      victim.resume().end(bytes);
      await once(victim, 'close');
    }
    expect(await opened.client.db('x').command({ ping: 1 })).to.deep.include({ ok: 1 });
    expect(await things().countDocuments({ _id: 1 })).to.equal(1);
  });
});

/** A generator of whole numbers that gives the same ones in every run. */
function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return Math.floor((state / 0x80000000) * below);
  };
}
