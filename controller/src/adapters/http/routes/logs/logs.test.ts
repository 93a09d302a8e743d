import { assert } from 'chai';
import { asId, attemptIdOf, type ProjectId, type RunId } from '@drover/protocol';
import type { StepRecord } from '@drover/protocol/agent';
import { createLogs, type Logs } from '../../../../services/logs/create-logs.js';
import type { LogIdentity } from '../../../../services/ports/logs.js';
import { integrityInMemory } from '../../../../testing/integrity.js';
import { MemoryLogStorage } from '../../../logs/memory-log-storage.js';
import { httpUnderTest, testUser } from '../../testing/http-under-test.js';
import { logRoutes } from './logs.js';

const projectId = asId<ProjectId>('01jd0000000000000000000prj');
const runId = asId<RunId>('01jd0000000000000000000rvn');
const log: LogIdentity = { projectId, runId, attemptId: attemptIdOf(runId, 'compile', 1) };
const steps: StepRecord[] = [
  { index: 0, name: 'one', state: 'finished', startOffset: 0, endOffset: 8 },
  { index: 1, name: 'two', state: 'running', startOffset: 8 },
];

describe('V4 reading logs over HTTP', () => {
  let storage: MemoryLogStorage;
  let logs: Logs;
  let http: ReturnType<typeof httpUnderTest>;
  const path = `/api/v1/attempts/${log.attemptId}/log`;

  beforeEach(() => {
    storage = new MemoryLogStorage();
    const signals = { publish: () => undefined, subscribe: () => () => undefined };
    logs = createLogs({
      storage,
      signals,
      timers: { after: () => () => undefined },
      monotonic: { elapsedMs: () => 0 },
      integrity: integrityInMemory(),
    });
    const attempts = { find: async (attemptId: string) => (attemptId === log.attemptId ? { log, steps } : undefined) };
    http = httpUnderTest(logRoutes({ attempts, queries: logs.queries }), {
      actors: { ann: testUser('ann'), eve: testUser('eve') },
      roles: { [projectId]: { [testUser('ann').userId]: ['viewer'] } },
    });
  });
  afterEach(async () => {
    http.close();
    await logs.close();
  });

  const print = (text: string, marks: Array<[number, number]> = []) => storage.append(log, { offset: 0, bytes: Buffer.from(text), marks });

  it('gives all bytes, or the part that is asked for', async () => {
    await print('line one\nline two\n');
    const whole = await http.send('get', path, { token: 'ann' });
    assert.equal(whole.text, 'line one\nline two\n');
    const part = await http.send('get', path, { token: 'ann', headers: { Range: 'bytes=5-7' } });
    assert.deepEqual([part.status, part.text, part.headers['content-range']], [206, 'one', 'bytes 5-7/18']);
    const named = await http.send('get', `${path}?from=14&to=17`, { token: 'ann' });
    assert.deepEqual([named.status, named.text], [206, 'two']);
    const beyond = await http.send('get', path, { token: 'ann', headers: { Range: 'bytes=50-' } });
    assert.equal(beyond.status, 416);
  });

  it('gives lines with place, moment and step', async () => {
    await print('one\ntwo\nthree\nfour', [
      [0, 1_000],
      [8, 2_000],
    ]);
    const { body } = await http.send('get', `${path}/lines?from=1&count=2`, { token: 'ann' });
    assert.deepEqual(body, {
      from: 1,
      totalLines: 4,
      sizeBytes: 18,
      lines: [
        { number: 1, offset: 4, text: 'two', at: 1_000, step: 0 },
        { number: 2, offset: 8, text: 'three', at: 2_000, step: 1 },
      ],
    });
    const last = await http.send('get', `${path}/lines?from=3`, { token: 'ann' });
    assert.deepEqual(last.body.lines, [{ number: 3, offset: 14, text: 'four', at: 2_000, step: 1, partial: true }]);
  });

  it('finds any line of a long log, and lines behind an endless one', async () => {
    const parts = Array.from({ length: 30_000 }, (_, index) => `line ${index}\n`);
    const text = `${parts.join('')}${'x'.repeat(600_000)}\nafter\n`;
    for (let at = 0; at < text.length; at += 65_536)
      await storage.append(log, { offset: at, bytes: Buffer.from(text.slice(at, at + 65_536)), marks: [] });
    const middle = await http.send('get', `${path}/lines?from=17000&count=1`, { token: 'ann' });
    assert.equal(middle.body.lines[0].text, 'line 17000');
    const end = await http.send('get', `${path}/lines?from=29999`, { token: 'ann' });
    assert.deepEqual(
      end.body.lines.map((line: { text: string; cut?: boolean }) => [line.text.length, line.cut]),
      [
        [10, undefined],
        [16_384, true],
        [5, undefined],
      ],
    );
  });

  it('searches plain text and continues where it stopped', async () => {
    await print('Error: a\nfine\nno error here, error\nERROR');
    const first = await http.send('get', `${path}/search?q=error&limit=2`, { token: 'ann' });
    assert.deepEqual(first.body, {
      hits: [
        { line: 0, column: 0, length: 5, text: 'Error: a' },
        { line: 2, column: 3, length: 5, text: 'no error here, error' },
        { line: 2, column: 15, length: 5, text: 'no error here, error' },
      ],
      next: 3,
    });
    const exact = await http.send('get', `${path}/search?q=ERROR&ignoreCase=false`, { token: 'ann' });
    assert.deepEqual(
      exact.body.hits.map((hit: { line: number }) => hit.line),
      [3],
    );
  });

  it('offers the log as a file that no browser runs', async () => {
    await print('<script>alert(1)</script>\n');
    const { headers, text } = await http.send('get', `${path}/raw`, { token: 'ann' });
    assert.equal(text, '<script>alert(1)</script>\n');
    assert.match(String(headers['content-disposition']), /^attachment; filename="01jd.*\.log"/);
    assert.equal(headers['x-content-type-options'], 'nosniff');
    assert.include(String(headers['content-security-policy']), 'sandbox');
  });

  it('A4 tells strangers nothing', async () => {
    await print('secret\n');
    for (const place of ['', '/lines', '/search?q=s', '/raw']) {
      assert.equal((await http.send('get', `${path}${place}`, { token: 'eve' })).status, 404);
      assert.equal((await http.send('get', `${path}${place}`)).status, 401);
    }
  });
});
