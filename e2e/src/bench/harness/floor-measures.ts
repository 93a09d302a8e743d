import { spawn, spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBrowser } from '../../dashboard/browser.js';
import { BareServer } from './bare.js';
import { delay, memoryOf, processorMsOf } from './processes.js';
import { median } from './statistics.js';
import type { FloorName } from './floors.js';

/** What is used of node-pty, whose types cannot be imported from a module. */
interface Terminals {
  spawn(
    program: string,
    args: readonly string[],
    options: { readonly encoding: null },
  ): { onData(listener: (bytes: Buffer) => void): void; onExit(listener: () => void): void };
}
const terminals = createRequire(import.meta.url)('node-pty') as Terminals;

const samples = 50;
const sockets = 1_000;

async function timesOf(once: () => Promise<void>, count = samples): Promise<number> {
  const times: number[] = [];
  while (times.length < count) {
    const started = performance.now();
    await once();
    times.push(performance.now() - started);
  }
  return median(times);
}

async function syncMs(): Promise<number> {
  return inFolder(async (folder) => {
    const file = await open(join(folder, 'file'), 'w');
    const block = Buffer.alloc(4_096, 1);
    try {
      return await timesOf(async () => {
        await file.write(block);
        await file.datasync();
      });
    } finally {
      await file.close();
    }
  });
}

const processMs = (): Promise<number> => timesOf(() => ended('true', []));

const nodeMs = (): Promise<number> => timesOf(() => ended(process.execPath, ['-e', '']), 10);

async function nodeMb(): Promise<number> {
  const look = `process.stdout.write(require('fs').readFileSync('/proc/self/status', 'utf8'))`;
  const { stdout } = spawnSync(process.execPath, ['-e', look], { encoding: 'utf8' });
  return (Number(/^VmRSS:\s+(\d+) kB/m.exec(stdout)?.[1] ?? NaN) * 1_024) / 1_000_000;
}

const tripMs = (): Promise<number> =>
  BareServer.during(async (server) => {
    const [socket] = await server.connect(1);
    const message = Buffer.alloc(100, 1);
    return timesOf(async () => socket?.roundTrip(message), 500);
  });

const answerMs = (): Promise<number> => BareServer.during((server) => timesOf(() => server.ask(), 500));

const answersPerSecond = (): Promise<number> =>
  BareServer.during(async (server) => {
    const count = 20_000;
    const started = performance.now();
    let left = count;
    const caller = async (): Promise<void> => {
      while (left-- > 0) await server.ask();
    };
    await Promise.all(Array.from({ length: 32 }, caller));
    return (count * 1_000) / (performance.now() - started);
  });

async function terminalRate(): Promise<number> {
  const bytes = 64_000_000;
  const started = performance.now();
  await new Promise<void>((resolve) => {
    const terminal = terminals.spawn('sh', ['-c', `stty -opost; yes 'a line as a build prints it' | head -c ${bytes}`], { encoding: null });
    terminal.onData(() => undefined);
    terminal.onExit(() => resolve());
  });
  return bytes / 1_000 / (performance.now() - started);
}

const socketKb = (): Promise<number> =>
  BareServer.during(async (server) => {
    await server.connect(1);
    const before = memoryOf(server.pid).residentBytes;
    await server.connect(sockets);
    await delay(1_000);
    return (memoryOf(server.pid).residentBytes - before) / sockets / 1_000;
  });

const pingsPercent = (): Promise<number> =>
  BareServer.during(async (server) => {
    const all = await server.connect(sockets);
    const ping = Buffer.alloc(8, 1);
    const rounds = 50; // of 100 ms, 20 pings in each
    const [started, before] = [performance.now(), processorMsOf(server.pid)];
    for (let round = 0; round < rounds; round += 1) {
      for (let index = 0; index < 20; index += 1) void all[(round * 20 + index) % sockets]?.roundTrip(ping);
      await delay(100);
    }
    return ((processorMsOf(server.pid) - before) / (performance.now() - started)) * 100;
  });

const pageMs = (): Promise<number> =>
  BareServer.during(async (server) => {
    const browser = await openBrowser();
    try {
      const page = await browser.newPage();
      return await timesOf(async () => {
        await page.goto('about:blank');
        await page.goto(server.url, { waitUntil: 'commit' });
        await page.locator('body').getByText('{}').waitFor();
      }, 5);
    } finally {
      await browser.close();
    }
  });

function ended(program: string, args: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    spawn(program, args, { stdio: 'ignore' })
      .on('error', reject)
      .on('close', () => resolve());
  });
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'drover-floor-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** One value of each floor, in its unit. Takes a few seconds at most. */
export const measureFloor: { readonly [Name in FloorName]: () => Promise<number> } = {
  sync: syncMs,
  process: processMs,
  trip: tripMs,
  answer: answerMs,
  answers: answersPerSecond,
  terminal: terminalRate,
  node: nodeMs,
  memory: nodeMb,
  socket: socketKb,
  page: pageMs,
  pings: pingsPercent,
};
