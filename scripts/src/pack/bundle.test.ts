import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assert } from 'chai';
import { build } from 'esbuild';
import { check, checkReply, type AgentMessageType } from '@drover/protocol/agent';
import { agentBundle, besideAgent, controllerBundle, readyChecks } from './bundle.js';
import { root } from './root.js';

interface Checks {
  readonly check: typeof check;
  readonly checkReply: typeof checkReply;
}

const attemptId = '01arz3ndektsv4rrffq69g5fav.build.1';
const lease = { attemptId, fencing: 3 };
const step = { index: 0, name: 'Test', state: 'finished', outcome: 'succeeded', exitCode: 0, startedAt: 1, finishedAt: 2, startOffset: 0 };
const log = { sizeBytes: 4, sha256: 'a'.repeat(64), cut: false };
const result = { outcome: 'failed', startedAt: 1, finishedAt: 2, steps: [step], log, warnings: [{ code: 'uploadFailed' }] };
const spec = {
  ...{ attemptId, runId: attemptId.slice(0, 26), projectId: attemptId.slice(0, 26), pipelineId: attemptId.slice(0, 26) },
  ...{ runNumber: 1, projectName: 'P', pipelineName: 'Q', taskKey: 'build', taskName: 'Build', number: 1, sample: false },
  steps: [{ type: 'shell', name: 'Test', script: 'true', shell: 'sh', always: false }],
  sources: [
    {
      primary: true,
      url: 'https://host/r',
      ref: { type: 'branch', name: 'main' },
      commit: 'b'.repeat(40),
      credentials: { kind: 'none' },
      allowedFolders: [],
    },
  ],
  executor: { type: 'docker', image: 'busybox', pull: 'never', network: 'none' },
  environment: { A: 'b' },
  ...{ secrets: [], timeoutSeconds: 60, graceSeconds: 1, alwaysStepsLimitSeconds: 1, logLimitBytes: 1_000 },
  recovery: { waitSeconds: 1, then: 'fail' },
};

/** Messages that are right, or nearly; each is checked as it is and with each of its parts spoilt in several ways. */
const messages: readonly object[] = [
  { type: 'accept', attemptId, offerId: 'o1', slot: 0 },
  { type: 'decline', attemptId, offerId: 'o1', reason: { code: 'diskLow', parameters: { freeMb: 1, limitMb: 2 } } },
  { type: 'log', ...lease, offset: 5, bytes: 'binary', marks: [[5, 1_000]] },
  { type: 'progress', ...lease, steps: [step] },
  { type: 'finished', ...lease, result },
  { type: 'draining', draining: true },
  { type: 'offer', attemptId, offerId: 'o1', executor: 'shell', sample: false },
  { type: 'stopAttempt', ...lease, reason: { code: 'stopped', parameters: { who: 'Ann' } } },
  { type: 'watchLog', attemptId, watched: true },
  { type: 'configure', name: 'a', slots: 1, labels: ['linux'], enabled: true },
  { type: 'removed', detail: 'gone' },
];
const answers: ReadonlyArray<readonly [AgentMessageType, object]> = [
  ['accept', { ok: true, fencing: 1, spec }],
  ['accept', { ok: false, code: 'stale', detail: 'late', retryAfterMs: 5 }],
  ['log', { ok: true, end: 7 }],
  ['health', { ok: true }],
];
const spoils: readonly unknown[] = [undefined, null, 7, -1, 'x', '', [], {}, { $gt: '' }];

describe('the checks of the packed agent', function () {
  let folder: string;
  let packed: Checks;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'drover-checks-'));
    const outfile = join(folder, 'check.mjs');
    const entry = join(root, 'protocol', 'dist', 'agent', 'check.js');
    const banner = { js: "import{createRequire as requireFrom}from'node:module';const require=requireFrom(import.meta.url);" };
    await build({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm', plugins: [readyChecks], banner });
    packed = (await import(outfile)) as Checks;
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('say of every message what the schemas say of it', () => {
    let valid = 0;
    for (const message of messages.flatMap(variants)) {
      for (const name of ['agentMessage', 'controllerMessage'] as const) {
        const expected = check(name, message);
        assert.deepEqual(packed.check(name, message), expected, JSON.stringify(message));
        if (expected.ok) valid += 1;
      }
    }
    assert.isAtLeast(valid, messages.length);
  });

  it('say of every answer what the schemas say of it', () => {
    for (const [type, answer] of answers) assert.isTrue(checkReply(type, answer).ok, JSON.stringify(checkReply(type, answer)));
    for (const [type, answer] of answers)
      for (const variant of variants(answer))
        assert.deepEqual(packed.checkReply(type, variant), checkReply(type, variant), JSON.stringify(variant));
  });
});

describe('the packed agent', () => {
  const compiled = (): ReadonlyArray<readonly [path: string, text: string]> =>
    [join(root, 'agent', 'dist'), join(root, 'protocol', 'dist')].flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((path) => path.endsWith('.js') && !/(^bundle|^testing|[\\/]testing)[\\/]|\.test\.js$/.test(path))
        .map((path) => [join(folder, path), readFileSync(join(folder, path), 'utf8')] as const),
    );

  it('has no module but the first that finds a file by where it lies itself: all others are bundled again', () => {
    const byPlace = compiled().filter(([, text]) =>
      /new URL\([^)]*import\.meta|import\.meta\.(dirname|filename)|fileURLToPath\(import\.meta/.test(text),
    );
    assert.deepEqual(
      byPlace.map(([path]) => path),
      [join(root, 'agent', 'dist', 'main.js')],
    );
  });

  it('loads late only modules of its own: a bundled package in the older format would have nothing but a default export', () => {
    const late = ['agent', 'protocol'].flatMap((workspace) => {
      const folder = join(root, workspace, 'src');
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
      return files
        .filter((path) => path.endsWith('.ts') && !/(^|[\\/])testing[\\/]|\.test\.ts$/.test(path))
        .flatMap((path) => [...readFileSync(join(folder, path), 'utf8').matchAll(/\bimport\(\s*(.*?)\s*\)/g)].map(([, name = '']) => name));
    });
    assert.isNotEmpty(late);
    assert.deepEqual(
      late.filter((name) => !/^'\.{1,2}\//.test(name)),
      [],
    );
  });

  it('asks by name, which no bundler sees, for nothing but what is packed beside it', () => {
    const asked = compiled().flatMap(([, text]) =>
      [...text.matchAll(/createRequire\([^)]*\)(?:\((['"])(.*?)\1\))?/g)].map(([, , name]) => name),
    );
    assert.isNotEmpty(asked);
    assert.includeMembers([...besideAgent], asked);
  });
});

describe('what is bundled', () => {
  it('is ASCII: one other character in a file doubles the memory that its text takes', () => {
    for (const bundle of [agentBundle, controllerBundle])
      for (const file of readdirSync(bundle, { recursive: true, encoding: 'utf8' }).filter((path) => path.endsWith('.js')))
        assert.notMatch(readFileSync(join(bundle, file), 'latin1'), /[^\x00-\x7f]/, file);
  });

  for (const [bundle, packages] of [
    [agentBundle, ['socket.io-client', 'tar']],
    [controllerBundle, ['express', 'mongoose', 'mongodb', 'socket.io']],
  ] as const) {
    it(`carries the licences of ${packages.join(', ')} and the rest`, () => {
      const licences = readFileSync(join(bundle, 'licences.txt'), 'utf8');
      for (const name of packages) assert.match(licences, new RegExp(`^==== ${name} \\d.*\\n\\n[^=]{200}`, 'm'));
    });
  }
});

/** The value, and the value with each part of it in turn left out or replaced, or a field too many. */
function variants(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return [value, ...value.flatMap((part, index) => replaced(part).map((other) => value.with(index, other)))];
  if (typeof value !== 'object' || value === null) return [value, ...spoils];
  const others = Object.entries(value).flatMap(([key, part]) => replaced(part).map((other) => ({ ...value, [key]: other })));
  return [value, { ...value, extra: 1 }, ...others];
}

const replaced = (part: unknown): readonly unknown[] => [...spoils, ...variants(part).slice(1)];
