import { runSource } from '@drover/protocol/testing';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readdir, readFile, readlink, rm, truncate, writeFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { assert } from 'chai';
import { LogRefused } from '../../../services/logs/log-storage.js';
import { withFolder } from '../../../testing/folder.js';
import { logNumber, noCrashes, patternBytes, sealWith, wholeLog } from '../testing.js';
import { codeOf } from '../../../shared/durable-files.js';
import { FolderLogStorage } from './folder-log-storage.js';
import { pathsOf } from './log-paths.js';

const log = logNumber(1);
const writer = fileURLToPath(new URL('log-writer.child.ts', import.meta.url));
const node = [process.execPath, ...runSource];
const open = (folder: string): FolderLogStorage => new FolderLogStorage({ folder, crashPoints: noCrashes });

describe('B1 a log in a folder, when things go wrong', () => {
  for (const [frameBytes, acknowledgements] of [
    ['1000', 150],
    ['65536', 25],
  ] as const) {
    it(`keeps all that was acknowledged in frames of ${frameBytes} bytes before a kill -9`, () =>
      withFolder(async (folder) => {
        const [command = '', ...flags] = node;
        const child = spawn(command, [...flags, writer, folder, frameBytes], { stdio: ['ignore', 'pipe', 'inherit'] });
        const acknowledged = await killAfter(child, acknowledgements);
        const storage = open(folder);
        const { sizeBytes } = await storage.stat(log);
        assert.isAtLeast(sizeBytes, acknowledged);
        assert.isTrue((await wholeLog(storage, log)).equals(patternBytes(0, sizeBytes)));
        const more = patternBytes(0, sizeBytes + 5_000);
        assert.deepEqual(await storage.append(log, { offset: 0, bytes: more, marks: [] }), { end: more.length });
        assert.include(await sealWith(storage, log, more), { state: 'complete' });
        await storage.close();
      }));
  }

  it('judges a log again whose verdict a power cut has torn', () =>
    withFolder(async (folder) => {
      const storage = open(folder);
      await storage.append(log, { offset: 0, bytes: patternBytes(0, 5_000), marks: [] });
      await sealWith(storage, log, patternBytes(0, 5_000));
      await storage.close();
      await writeFile(pathsOf(folder, log).seal, '{"sizeBytes":50');
      const again = open(folder);
      assert.isUndefined((await again.stat(log)).seal);
      assert.include(await sealWith(again, log, patternBytes(0, 5_000)), { state: 'complete', sizeBytes: 5_000 });
      await again.close();
    }));

  for (const [what, damage] of [
    ['one bit has changed', (text: string) => text.replace('"lines":4', '"lines":5')],
    ['nothing is left but zeros', (text: string) => '\0'.repeat(text.length)],
    ['it is another document', () => '[1]'],
  ] as const) {
    it(`judges a log again in whose verdict ${what}`, () =>
      withFolder(async (folder) => {
        const storage = open(folder);
        const printed = patternBytes(0, 5_000);
        await storage.append(log, { offset: 0, bytes: printed, marks: [] });
        const verdict = await sealWith(storage, log, printed);
        await storage.close();
        const { seal } = pathsOf(folder, log);
        await writeFile(seal, damage(await readFile(seal, 'utf8')));
        const again = open(folder);
        assert.isUndefined((await again.stat(log)).seal);
        assert.deepEqual(await sealWith(again, log, printed), verdict);
        await again.close();
      }));
  }

  it('gives places inside the log whatever a disk makes of their file', () =>
    withFolder(async (folder) => {
      const storage = open(folder);
      const printed = patternBytes(0, 400_000);
      await storage.append(log, { offset: 0, bytes: printed, marks: [] });
      await sealWith(storage, log, printed);
      await storage.close();
      const { places } = pathsOf(folder, log);
      const { length } = await readFile(places);
      for (const filling of [
        Buffer.from([0xff]),
        Buffer.from([0x7f, 0xf0, 0, 0, 0, 0, 0, 0]),
        Buffer.from([0xc0, 0x10, 0x3f]),
        Buffer.from([1]),
      ]) {
        await writeFile(places, Buffer.alloc(length, filling));
        const again = open(folder);
        const { offset, line } = await again.placeOfLine(log, 30_000);
        assert.isTrue(Number.isSafeInteger(offset) && offset >= 0 && offset <= printed.length && Number.isSafeInteger(line) && line >= 0);
        for (const place of await again.places(log, { from: 0, to: printed.length }, 100))
          assert.isTrue(Number.isSafeInteger(place.offset));
        await again.close();
      }
    }));

  it('reads a verdict of the version before, which had no digest', () =>
    withFolder(async (folder) => {
      const storage = open(folder);
      await storage.append(log, { offset: 0, bytes: patternBytes(0, 5_000), marks: [] });
      const verdict = await sealWith(storage, log, patternBytes(0, 5_000));
      await storage.close();
      await writeFile(pathsOf(folder, log).seal, JSON.stringify(verdict));
      const again = open(folder);
      assert.deepEqual((await again.stat(log)).seal, verdict);
      await again.close();
    }));

  it('leaves no file of a log that nothing was printed to', () =>
    withFolder(async (folder) => {
      const storage = open(folder);
      assert.include(await sealWith(storage, log, new Uint8Array()), { state: 'complete', sizeBytes: 0 });
      assert.deepEqual(await readdir(folder), []);
      await storage.close();
    }));

  it('leaves no file of a log that is only asked for, beside another one of its run', () =>
    withFolder(async (folder) => {
      const storage = open(folder);
      await storage.append(log, { offset: 0, bytes: patternBytes(0, 100), marks: [] });
      const silent = { ...log, attemptId: logNumber(2).attemptId };
      assert.deepEqual(await storage.stat(silent), { sizeBytes: 0, lines: 0 });
      assert.sameMembers(await readdir(pathsOf(folder, log).folder), [`${log.attemptId}.log`, `${log.attemptId}.places`]);
      await storage.close();
    }));

  it('keeps no file open of a log whose disk cannot say how it stands', () =>
    withFolder(async (folder) => {
      const storage = open(folder);
      await storage.append(log, { offset: 0, bytes: patternBytes(0, 100), marks: [] });
      await storage.close();
      const paths = pathsOf(folder, log);
      await rm(paths.log);
      await promisify(execFile)('mkfifo', [paths.log]); // opens as a file does, and cannot be synced
      const again = open(folder);
      assert.equal(codeOf(await again.stat(log).catch((error: unknown) => error)), 'EINVAL');
      assert.deepEqual(await openBelow(folder), []);
      await again.close();
    }));

  it('refuses an append that a full disk cuts short, and has lost nothing', () =>
    withFolder(async (folder) => {
      const limited = `trap '' XFSZ; ulimit -f 64; exec "$@"`;
      const child = spawn('sh', ['-c', limited, 'sh', ...node, writer, folder, '3000'], { stdio: ['ignore', 'pipe', 'inherit'] });
      const lines: string[] = [];
      for await (const line of createInterface({ input: child.stdout })) lines.push(line);
      assert.equal(lines.at(-1), 'storageFull');
      const storage = open(folder);
      const { end } = await storage.append(log, { offset: 0, bytes: patternBytes(0, 100_000), marks: [] });
      assert.equal(end, 100_000);
      assert.isTrue((await wholeLog(storage, log)).equals(patternBytes(0, 100_000)));
      await storage.close();
    }));

  it('counts nothing of a frame whose flush failed, and takes it when it is sent again', () =>
    withFolder(async (folder) => {
      let fails = 1;
      const full = Object.assign(new Error('no space'), { code: 'ENOSPC' });
      const crashPoints = {
        reach: (name: string) => {
          if (name === 'controller.log.written' && fails-- > 0) throw full;
        },
      };
      const storage = new FolderLogStorage({ folder, crashPoints });
      const frame = { offset: 0, bytes: patternBytes(0, 5_000), marks: [] };
      const refusal = await storage.append(log, frame).catch((error: unknown) => error);
      assert.instanceOf(refusal, LogRefused);
      assert.deepEqual(await storage.stat(log), { sizeBytes: 0, lines: 0 });
      assert.deepEqual(await storage.append(log, frame), { end: 5_000 });
      assert.include(await sealWith(storage, log, patternBytes(0, 5_000)), { state: 'complete' });
      await storage.close();
    }));

  for (const [damage, break_] of [
    ['is torn', (path: string) => appendFile(path, 'half an entry')],
    ['lost its end', (path: string) => truncate(path, 50)],
    ['is lost', (path: string) => writeFile(path, '')],
    ['is ahead of the log', (path: string) => appendFile(path, Buffer.alloc(24, 0x41))],
  ] as const) {
    it(`makes a side file right again that ${damage}`, () =>
      withFolder(async (folder) => {
        const bytes = patternBytes(0, 400_000);
        const before = open(folder);
        await before.append(log, { offset: 0, bytes, marks: [] });
        await before.close();
        const { places } = pathsOf(folder, log);
        const sound = await readFile(places);
        await break_(places);
        const storage = open(folder);
        assert.equal((await storage.stat(log)).lines, Math.ceil(400_000 / 12));
        assert.isTrue((await readFile(places)).equals(sound));
        await storage.close();
      }));
  }

  it('keeps no more files open than allowed', () =>
    withFolder(async (folder) => {
      const storage = new FolderLogStorage({ folder, crashPoints: noCrashes, maxOpenLogs: 8, maxKnownLogs: 16 });
      for (const start of [0, 4]) {
        await Promise.all(
          Array.from({ length: 60 }, (_, index) =>
            storage.append(logNumber(index + 1), { offset: start, bytes: Buffer.from('abc\n'), marks: [] }),
          ),
        );
        assert.isAtMost(storage.openLogs, 8);
      }
      for (const number of [1, 30, 60]) assert.equal(String(await wholeLog(storage, logNumber(number))), 'abc\nabc\n');
      await storage.close();
    }));
});

/** The files below a folder that this process has open. */
async function openBelow(folder: string): Promise<readonly string[]> {
  const descriptors = await readdir('/proc/self/fd');
  const paths = await Promise.all(descriptors.map((descriptor) => readlink(`/proc/self/fd/${descriptor}`).catch(() => '')));
  return paths.filter((path) => path.startsWith(folder));
}

async function killAfter(child: ChildProcess, acknowledgements: number): Promise<number> {
  if (!child.stdout) throw new Error('expected the writer to have an output');
  let acknowledged = 0;
  let count = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged = Number(line);
    if (++count === acknowledgements) child.kill('SIGKILL');
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit');
  return acknowledged;
}
