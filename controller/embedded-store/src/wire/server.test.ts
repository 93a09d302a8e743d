import { once } from 'node:events';
import { createConnection } from 'node:net';

import { expect } from 'chai';
import { Long } from 'mongodb';

import { openTestStore, refusalOf, type TestStore } from '../testing/test-store.js';

describe('the server of the wire protocol', () => {
  let opened: TestStore;
  before(async () => {
    opened = await openTestStore();
  });
  after(() => opened.end());

  const connect = () => createConnection(decodeURIComponent(/mongodb:\/\/([^/]+)\//.exec(opened.store.uri)?.[1] ?? ''));

  it('has its socket in a private folder, under a path that every system takes', () => {
    const path = decodeURIComponent(/mongodb:\/\/([^/]+)\//.exec(opened.store.uri)?.[1] ?? '');
    expect(Buffer.byteLength(path)).to.be.lessThan(107);
    expect(path).to.match(/\.sock$/);
  });

  // prettier-ignore
  const broken: [title: string, bytes: Buffer][] = [
    ['an impossible length',   Buffer.from([0xff, 0xff, 0xff, 0x7f, 0, 0, 0, 0])],
    ['a negative length',      Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0])],
    ['an unknown operation',   message(77, Buffer.alloc(10))],
    ['a section that is too long', message(2013, Buffer.from([0, 0, 0, 0, 0, 0xff, 0, 0, 0, 0]))],
  ];
  for (const [title, bytes] of broken) {
    it(`closes a connection that sends ${title}, and continues serving others`, async () => {
      const socket = connect();
      socket.write(bytes);
      socket.resume();
      await once(socket, 'close');
      expect(await opened.client.db('x').command({ ping: 1 })).to.deep.include({ ok: 1 });
    });
  }

  it('answers malformed BSON with an error', async () => {
    const socket = connect();
    const body = Buffer.from([12, 0, 0, 0, 0x02, 0x61, 0, 0xff, 0, 0, 0, 0]);
    socket.write(message(2013, Buffer.concat([Buffer.from([0, 0, 0, 0, 0]), body])));
    const [answer] = await once(socket, 'data');
    expect(String(answer)).to.include('InvalidBSON');
    socket.destroy();
  });

  it('writes without an answer where the client wants none', async () => {
    const things = opened.client.db('x').collection<{ _id: number }>('silent', { writeConcern: { w: 0 } });
    await things.insertOne({ _id: 1 });
    const counted = async (): Promise<number> => ((await things.countDocuments({})) === 1 ? 1 : counted());
    expect(await counted()).to.equal(1);
  });

  it('refuses documents above 16 MB, and takes large ones below', async () => {
    const things = opened.client.db('x').collection<{ text: string; more?: string[] }>('large');
    await things.insertOne({ text: 'x'.repeat(15 * 2 ** 20) });
    const refused = await refusalOf(things.updateOne({}, { $push: { more: 'x'.repeat(2 * 2 ** 20) } }));
    expect(refused.code).to.equal(10334);
  });

  // prettier-ignore
  const refusals: [title: string, command: object, code: number][] = [
    ['an unknown command',         { fly: 1 },                                                    59],
    ['an unknown field',           { find: 'a', filtre: {} },                                     40415],
    ['a wrong type',               { find: 'a', filter: 5 },                                      14],
    ['$lookup',                    { aggregate: 'a', pipeline: [{ $lookup: {} }], cursor: {} },   238],
    ['an unknown stage',           { aggregate: 'a', pipeline: [{ $fly: {} }], cursor: {} },      40324],
    ['a collation',                { find: 'a', collation: { locale: 'de' } },                    238],
    ['an unknown cursor',          { getMore: 5, collection: 'a' },                               43],
    ['a text index',               { createIndexes: 'a', indexes: [{ key: { a: 'text' }, name: 'a' }] }, 238],
    ['bounds by index keys',       { find: 'a', min: { _id: 1 } },                                238],
    ['a tailable cursor',          { find: 'a', tailable: true },                                 238],
    ['numbers of transactions',    { delete: 'a', deletes: [], txnNumber: Long.ONE },             20],
    ['a capped collection',        { create: 'a', capped: true, size: 5 },                        238],
  ];
  for (const [title, command, code] of refusals) {
    it(`refuses ${title} with MongoDB's number`, async () => {
      const name = Object.keys(command)[0] ?? '';
      expect((await refusalOf(opened.client.db('x').command(command))).code, name).to.equal(code);
    });
  }

  it('refuses transactions cleanly', async () => {
    const command = { insert: 'a', documents: [{}], txnNumber: Long.ONE, startTransaction: true, autocommit: false };
    const refused = await refusalOf(opened.client.db('x').command(command));
    expect(refused.message).to.include('Transaction numbers');
  });
});

function message(code: number, body: Buffer): Buffer {
  const head = Buffer.alloc(16);
  head.writeInt32LE(16 + body.length, 0);
  head.writeInt32LE(code, 12);
  return Buffer.concat([head, body]);
}
