import { assert } from 'chai';
import { createFileReader, type FileReader, type ReaderBounds } from './file-reader.js';

const minimal =
  'drover: 1\npipeline: { name: one, sources: [], parameters: [], stages: [{ key: b, name: B, mode: serial, tasks: [{ key: a, name: A, type: build, job: make }] }] }\n';
const large = `x-list: [${'"",'.repeat(90_000)}1]\n${minimal}`;

describe('C5 the thread that reads drover.yaml', function () {
  this.timeout(120_000); // each start of a thread loads TypeScript
  let reader: FileReader;
  const open = (bounds: Partial<ReaderBounds> = {}): FileReader => (reader = createFileReader(bounds));
  const codeOf = (result: Awaited<ReturnType<FileReader['read']>>) => (result.ok ? 'ok' : result.code);
  afterEach(() => reader.close());

  it('answers one text after the other, the main thread being free', async () => {
    open();
    let turns = 0;
    const turning = setInterval(() => (turns += 1), 1);
    const results = await Promise.all([reader.read(minimal), reader.read(large), reader.read('a: [')]);
    clearInterval(turning);
    assert.deepEqual(results.map(codeOf), ['ok', 'ok', 'definitionInvalid']);
    assert.isAbove(turns, 1);
  });

  it('gives a text up that takes too long', async () => {
    open({ withinMs: 1 });
    const result = await reader.read(large);
    assert.isFalse(result.ok);
    if (!result.ok) assert.match(result.detail, /too much time or memory/);
  });

  it('gives a text up that takes too much memory, and reads the next one', async () => {
    open({ heapMb: 64 });
    const hungry = `x-a: "${'\\x'.repeat(450_000)}"`;
    assert.equal(codeOf(await reader.read(hungry)), 'definitionInvalid');
    assert.equal(codeOf(await reader.read(minimal)), 'ok');
  });

  it('refuses what is one too many in the queue', async () => {
    open({ waiting: 2 });
    const results = await Promise.all(Array.from({ length: 5 }, () => reader.read(minimal)));
    assert.deepEqual(results.map(codeOf), ['ok', 'ok', 'ok', 'unavailable', 'unavailable']);
  });

  it('ends the idle thread, and starts another when one is needed', async () => {
    open({ idleMs: 0 });
    for (let round = 0; round < 2; round += 1) {
      assert.equal(codeOf(await reader.read(minimal)), 'ok');
      while (process.getActiveResourcesInfo().includes('Worker')) await new Promise(setImmediate);
    }
  });
});
