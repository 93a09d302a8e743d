import { assert } from 'chai';
import { MongoNetworkError, MongoServerError } from 'mongodb';
import { Kept } from './kept.js';

interface Thing {
  readonly name: string;
  readonly parts: readonly string[];
}

/** A store of one thing whose answers come when the test says so. */
class SlowStore {
  stored: Thing | undefined = { name: 'old', parts: ['a'] };
  reads = 0;
  readonly #waiting: Array<() => void> = [];

  readonly read = async (): Promise<Thing | undefined> => {
    this.reads += 1;
    const found = this.stored; // read when it was asked, answered later
    await this.#turn();
    return found;
  };

  readonly rename = async (name: string): Promise<Thing> => {
    this.stored = { name, parts: ['a'] };
    await this.#turn();
    return this.stored;
  };

  answerAll(): void {
    for (const answer of this.#waiting.splice(0)) answer();
  }

  #turn(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

describe('what is kept of a store', () => {
  let store: SlowStore;
  let kept: Kept<string, Thing>;
  const nameNow = async (): Promise<string | undefined> => {
    const asked = kept.get('one', store.read);
    store.answerAll();
    return (await asked)?.name;
  };
  beforeEach(() => {
    store = new SlowStore();
    kept = new Kept({ largest: 2, largestBytes: 1_000 });
  });

  it('is read once, by however many ask for it', async () => {
    const asked = Promise.all([kept.get('one', store.read), kept.get('one', store.read)]);
    store.answerAll();
    assert.deepEqual(
      (await asked).map((thing) => thing?.name),
      ['old', 'old'],
    );
    assert.equal(await nameNow(), 'old');
    assert.equal(store.reads, 1);
  });

  it('cannot be edited, to its last part', async () => {
    await nameNow();
    const thing = await kept.get('one', store.read);
    assert.isFrozen(thing);
    assert.throws(() => ((thing?.parts ?? []) as string[]).push('b'));
  });

  it('is read again by a reader that asks after a write was answered', async () => {
    await nameNow();
    const written = kept.write('one', () => store.rename('new'));
    store.answerAll();
    await written;
    assert.equal(await nameNow(), 'new');
  });

  it('is nothing that was being read when a write began', async () => {
    const early = kept.get('one', store.read);
    const written = kept.write('one', () => store.rename('new'));
    store.answerAll();
    await Promise.all([early, written]);
    assert.equal(await nameNow(), 'new');
  });

  it('is nothing that was read while a write was under way', async () => {
    const written = kept.write('one', async () => {
      const during = kept.get('one', store.read); // the old one still
      store.answerAll();
      await during;
      store.stored = { name: 'new', parts: [] };
    });
    await written;
    assert.equal(await nameNow(), 'new');
  });

  it('is what the write itself says, when no other one was under way', async () => {
    const written = kept.write('one', () => store.rename('new'), (thing) => thing); // prettier-ignore
    store.answerAll();
    await written;
    assert.equal(await nameNow(), 'new');
    assert.equal(store.reads, 0);
  });

  it('is never what one of two writes at once says', async () => {
    const first = kept.write('one', () => store.rename('first'), (thing) => thing); // prettier-ignore
    const second = kept.write('one', () => store.rename('second'), () => ({ name: 'first', parts: [] })); // prettier-ignore
    store.answerAll();
    await Promise.all([first, second]);
    assert.equal(await nameNow(), 'second');
  });

  it('is forgotten, read or still being read, when a write concerns it', async () => {
    await nameNow();
    const other = kept.get('two', async () => ({ name: 'two', parts: [] }));
    const written = kept.writeWhere(
      ({ name }) => name === 'old',
      async () => void (store.stored = { name: 'new', parts: [] }),
    );
    await Promise.all([other, written]);
    assert.equal(await nameNow(), 'new');
  });

  it('stays, when a write concerns others', async () => {
    await nameNow();
    await kept.writeWhere(({ name }) => name === 'another', async () => undefined); // prettier-ignore
    assert.equal(await nameNow(), 'old');
    assert.equal(store.reads, 1);
  });

  it('is not that there is nothing', async () => {
    store.stored = undefined;
    assert.isUndefined(await nameNow());
    store.stored = { name: 'made', parts: [] };
    assert.equal(await nameNow(), 'made');
  });

  it('is no failure to read', async () => {
    const asked = kept.get('one', () => Promise.reject(new Error('not now')));
    await asked.then(() => assert.fail(), () => undefined); // prettier-ignore
    assert.equal(await nameNow(), 'old');
  });

  it('is not more than was agreed: what was not asked for the longest goes', async () => {
    for (const key of ['one', 'two', 'one', 'three']) await kept.get(key, async () => ({ name: key, parts: [] }));
    assert.equal(kept.size, 2);
    assert.isUndefined(kept.peek('two'));
    assert.isDefined(kept.peek('three'));
  });

  it('is no more memory than was agreed: what was not asked for the longest goes, and what is too large at once', async () => {
    const ofSize = (length: number) => async (): Promise<Thing> => ({ name: 'x'.repeat(length), parts: [] });
    await kept.get('one', ofSize(400));
    await kept.get('two', ofSize(300));
    assert.equal(kept.size, 2);
    await kept.get('two', ofSize(0));
    await kept.write('one', async () => undefined);
    await kept.get('three', ofSize(500));
    assert.deepEqual([kept.size, kept.peek('two')?.name.length, kept.peek('three')?.name.length], [2, 300, 500]);
    await kept.get('three', ofSize(0));
    await kept.get('four', ofSize(250));
    assert.deepEqual([kept.size, kept.peek('four')?.name.length], [2, 250]);
    await kept.get('five', ofSize(2_000));
    assert.deepEqual([kept.size, kept.peek('four')?.name.length], [1, 250]);
    await kept.write('five', ofSize(2_000), (thing) => thing);
    assert.deepEqual([kept.size, kept.peek('four')?.name.length], [1, 250]);
  });

  it('is found by a reader that asks after it was put in, though a read that came too early is still under way', async () => {
    store.stored = undefined;
    const early = kept.get('one', store.read);
    await kept.insert('one', async () => void (store.stored = { name: 'new', parts: [] }));
    const late = kept.get('one', store.read);
    store.answerAll();
    assert.equal((await late)?.name, 'new');
    assert.isUndefined(await early);
  });

  // prettier-ignore
  const failures: ReadonlyArray<[title: string, error: Error, size: number]> = [
    ['nothing any more, once a write was not answered: it may be yet to come', new MongoNetworkError('cut'),                  0],
    ['what it was for others, when the store has refused a write',             new MongoServerError({ message: 'disk full' }), 1],
    ['what it was for others, when a write was never sent',                    new TypeError('not to be encoded'),             1],
  ];
  for (const [title, error, size] of failures)
    it(`is ${title}`, async () => {
      await kept
        .write('one', () => Promise.reject(error))
        .then(
          () => assert.fail(),
          () => undefined,
        );
      await kept.get('two', async () => ({ name: 'two', parts: [] }));
      assert.equal(kept.size, size);
    });
});
