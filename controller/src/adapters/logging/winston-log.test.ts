import { PassThrough } from 'node:stream';
import { assert } from 'chai';
import { createLog } from './winston-log.js';

describe('O4 the log', () => {
  const written = (tell: (log: ReturnType<typeof createLog>) => void): string => {
    const stream = new PassThrough();
    tell(createLog({ level: 'info', stream }));
    return String(stream.read() ?? '');
  };

  it('writes one line of JSON with the facts as fields', () => {
    const line: unknown = JSON.parse(written((log) => log.with({ runId: 'r1' }).info('run started', { number: 3 })));
    assert.deepInclude(line, { level: 'info', message: 'run started', runId: 'r1', number: 3 });
  });
  it('leaves out what is below its level', () =>
    assert.equal(
      written((log) => log.debug('chatter')),
      '',
    ));
  it('hides what is named like a secret, however deep', () => {
    const line = written((log) =>
      log.info('x', { password: 'one', inner: { apiToken: 'two', headers: { authorization: 'three', cookie: 'four' } } }),
    );
    assert.notMatch(line, /one|two|three|four/);
  });
  it('hides users and passwords in addresses of errors', () => {
    assert.notInclude(
      written((log) => log.error('x', { error: new Error('cannot reach mongodb://root:hunter2@db/x') })),
      'hunter2',
    );
  });
  it('ends even what is endless', () => {
    const ring: Record<string, unknown> = {};
    ring['self'] = ring;
    assert.isBelow(written((log) => log.info('x', { ring, long: 'x'.repeat(100_000) })).length, 10_000);
  });
});
