import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { open, rm } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { UploadState } from '@drover/protocol/agent';
import type { Package } from '@drover/protocol/api';
import { makeProject } from '../../testing/definitions.js';
import type { Farm } from '../../testing/farm.js';
import { BareServer } from '../harness/bare.js';
import { memoryOf, watchMemory } from '../harness/processes.js';
import type { Subject } from '../harness/stage.js';

const sizeBytes = 2_000_000_000;
const megabyte = 1_000_000;

/** Packages up and down, each from a file to a durable file, beside a bare server that hashes and keeps the same file. */
export const packageSubject: Subject = {
  name: 'packages',
  figures: ['package-up', 'package-down', 'package-memory'],
  limitMs: 300_000,
  async measure(stage) {
    const farm = await stage.farm();
    const folder = await stage.folder();
    const project = await makeProject(farm);
    const [source, copy] = [join(folder, 'source'), join(folder, 'copy')];
    stage.say('making 2 GB');
    const sha256 = await makeFile(source);
    for (let round = 1; round <= stage.rounds; round += 1) {
      stage.say(`round ${round} of ${stage.rounds}`);
      const bare = await BareServer.during((server) => bareTimes(server, { source, kept: join(folder, 'kept'), copy }));
      const before = memoryOf(farm.controller.pid).residentBytes;
      const memory = watchMemory(farm.controller.pid);
      const coordinates = { directory: 'bench', name: 'large', version: String(round), fileName: 'large.bin', sizeBytes, sha256 };
      let made: Package | undefined;
      const upMs = await timed(async () => (made = await upload(farm, project.id, source, coordinates)));
      const downMs = await timed(async () => copyDurably(await ask(farm, 'GET', `/packages/${made?.id}/content`), copy));
      const most = memory.stop();
      stage.say(
        `bare server up ${seconds(bare.upMs)}, down ${seconds(bare.downMs)}; up ${seconds(upMs)}, down ${seconds(downMs)}, memory ${Math.round(most / megabyte)} MB at most`,
      );
      stage.record('package-up', bare.upMs / upMs);
      stage.record('package-down', bare.downMs / downMs);
      stage.record('package-memory', Math.max(0, most - before) / megabyte);
      await farm.api.raw('DELETE', `/packages/${made?.id}`);
      await rm(copy, { force: true });
    }
  },
};

/** How long a server needs that does nothing but hash and keep. */
async function bareTimes(
  server: BareServer,
  { source, kept, copy }: { readonly source: string; readonly kept: string; readonly copy: string },
): Promise<{ readonly upMs: number; readonly downMs: number }> {
  const headers = { 'x-file': kept };
  const body = createReadStream(source, { highWaterMark: megabyte });
  const upMs = await timed(async () => void (await asked(server.url, { method: 'PUT', headers, body })).resume());
  const downMs = await timed(async () => copyDurably(await asked(server.url, { method: 'GET', headers }), copy));
  await rm(kept);
  return { upMs, downMs };
}

/** Bytes that no disk packs together; their digest. */
async function makeFile(path: string): Promise<string> {
  const file = await open(path, 'w');
  const hash = createHash('sha256');
  const block = Buffer.alloc(megabyte * 4);
  for (let start = 0; start < sizeBytes; start += block.length) {
    block.writeBigUInt64LE(BigInt(start), 0);
    const bytes = block.subarray(0, Math.min(block.length, sizeBytes - start));
    hash.update(bytes);
    await file.write(bytes);
  }
  await file.sync();
  await file.close();
  return hash.digest('hex');
}

async function copyDurably(from: NodeJS.ReadableStream, path: string): Promise<void> {
  await pipeline(from, createWriteStream(path, { flush: true, highWaterMark: megabyte }));
}

async function upload(farm: Farm, projectId: string, path: string, coordinates: object): Promise<Package> {
  const { uploadId } = await farm.api.post<UploadState>(`/projects/${projectId}/uploads`, coordinates);
  const answer = await ask(farm, 'PUT', `/uploads/${uploadId}/bytes`, createReadStream(path, { highWaterMark: megabyte }));
  answer.resume();
  return farm.api.post<Package>(`/uploads/${uploadId}/complete`, {});
}

function ask(farm: Farm, method: string, path: string, body?: NodeJS.ReadableStream): Promise<IncomingMessage> {
  const headers = { cookie: farm.api.cookie, origin: farm.api.base, 'upload-offset': '0', 'content-type': 'application/octet-stream' };
  return asked(`${farm.api.base}/api/v1${path}`, { method, headers, ...(body === undefined ? {} : { body }) });
}

interface Request {
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: NodeJS.ReadableStream;
}

/** A request by node:http, which streams without a detour. */
function asked(url: string, { method, headers, body }: Request): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const call = request(url, { method, headers }, (response) => {
      if (response.statusCode !== undefined && response.statusCode < 300) resolve(response);
      else reject(new Error(`${method} ${url}: ${response.statusCode}`));
    });
    call.on('error', reject);
    if (body === undefined) call.end();
    else body.pipe(call);
  });
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

const seconds = (ms: number): string => `${(ms / 1_000).toFixed(2)} s`;
