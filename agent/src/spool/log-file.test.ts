import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import { maxLogFrameBytes } from '@drover/protocol/agent';
import { machineDisk, type DiskFile } from '../shared/disk.js';
import { freshFolder } from '../testing/folders.js';
import { LogFile } from './log-file.js';
import { Marks } from './marks.js';

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

describe('B1 the spooled log', () => {
  const folder = freshFolder();
  const path = (): string => join(folder.path, 'log');

  it('gives back what was appended, in pieces, and proves the whole', async () => {
    const bytes = Buffer.from(Array.from({ length: 200_000 }, (_, index) => index % 251));
    const log = await LogFile.create(path(), 1_000_000);
    for (let at = 0; at < bytes.length; at += 7_001) await log.append([bytes.subarray(at, at + 7_001)], at);
    const pieces: Buffer[] = [];
    for (let at = 0; at < log.end;) {
      const piece = await log.read(at);
      assert.isAtMost(piece.bytes.length, maxLogFrameBytes);
      assert.isTrue(piece.marks.every(([offset]) => offset >= at && offset < at + piece.bytes.length));
      pieces.push(piece.bytes);
      at += piece.bytes.length;
    }
    assert.isTrue(Buffer.concat(pieces).equals(bytes));
    assert.deepEqual(await log.seal(), { sizeBytes: bytes.length, sha256: digest(bytes), cut: false });
    await log.close();
  });

  it('is cut with a visible note at its limit, between characters', async () => {
    const log = await LogFile.create(path(), 300);
    await log.append([Buffer.from('ä'.repeat(140))], 1);
    await log.append([Buffer.from('ä'.repeat(200))], 2);
    await log.append([Buffer.from('never seen')], 3);
    const proof = await log.seal();
    await log.close();
    const bytes = await readFile(path());
    assert.match(bytes.toString('utf8'), /^ä+\n\[drover\] the log is cut here: its limit of 300 bytes is reached; the task continues\n$/);
    assert.deepEqual(proof, { sizeBytes: bytes.length, sha256: digest(bytes), cut: true });
  });

  it('G8 is proven by what reached the disk after a crash', async () => {
    const log = await LogFile.create(path(), 1_000);
    await log.append([Buffer.from('before the crash')], 1);
    const recovered = await LogFile.recover(path());
    assert.deepEqual(await recovered.seal(), { sizeBytes: 16, sha256: digest(Buffer.from('before the crash')), cut: false });
    assert.equal((await recovered.read(7)).bytes.toString(), 'the crash');
    await Promise.all([log.close(), recovered.close()]);
  });

  it('knows after a crash that it was cut', async () => {
    const log = await LogFile.create(path(), 200);
    await log.append([Buffer.alloc(500, 'x')], 1);
    await log.close();
    const recovered = await LogFile.recover(path());
    assert.isTrue((await recovered.seal()).cut);
    await recovered.close();
  });

  it('is a cut one when the disk does not say that it keeps the end', async () => {
    const file = await machineDisk.open(path(), 'w+');
    const fails = (): Promise<never> => Promise.reject(new Error('the disk does not take it'));
    const unsure = Object.assign(Object.create(file) as DiskFile, { writev: file.writev.bind(file), datasync: fails });
    const log = await LogFile.create(path(), 1_000, { ...machineDisk, open: () => Promise.resolve(unsure) });
    await log.append([Buffer.from('printed')], 1);
    assert.deepEqual(await log.seal(), { sizeBytes: 7, sha256: digest(Buffer.from('printed')), cut: true });
    await file.close();
  });

  it('rejects when the disk takes no more', async () => {
    const log = await LogFile.create(path(), 1_000);
    await log.close();
    assert.equal(
      await log.append([Buffer.from('x')], 1).then(
        () => 'taken',
        () => 'rejected',
      ),
      'rejected',
    );
  });
});

describe('B1 the times of a log', () => {
  it('are 10 ms apart and grow, whatever the clock does', () => {
    const marks = new Marks();
    marks.add(0, 1_000);
    marks.add(5, 1_004);
    marks.add(9, 1_010);
    marks.add(20, 500);
    marks.add(30, 1_050);
    assert.deepEqual(marks.within(0, 100, 10), {
      marks: [
        [0, 1_000],
        [9, 1_010],
        [30, 1_050],
      ],
      end: 100,
    });
  });

  it('end a piece where its message is full of them', () => {
    const marks = new Marks();
    for (let at = 0; at < 10; at += 1) marks.add(at * 10, at * 100);
    assert.deepEqual(marks.within(20, 95, 3), {
      marks: [
        [20, 200],
        [30, 300],
        [40, 400],
      ],
      end: 50,
    });
    marks.forget(50);
    assert.deepEqual(marks.within(0, 95, 2).marks, [
      [50, 500],
      [60, 600],
    ]);
  });

  it('take bounded memory', () => {
    const marks = new Marks();
    for (let at = 0; at < 300_000; at += 1) marks.add(at, at * 10);
    assert.isAtMost(marks.within(0, 300_000, 300_000).marks.length, 50_001);
  });
});
