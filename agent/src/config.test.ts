import { assert } from 'chai';
import { totalmem } from 'node:os';
import { dataFolderOf, readConfig } from './config.js';

describe('the settings of the agent', () => {
  it('come from options first, then from the environment, then from defaults', () => {
    const env = { HOME: '/home/x', DROVER_AGENT_ISOLATION: 'namespaces', DROVER_AGENT_HIDE: '/a:/b', DROVER_LOG_LEVEL: 'debug' };
    assert.deepInclude(readConfig({}, env), {
      dataFolder: '/home/x/.drover-agent',
      isolation: 'namespaces',
      hide: ['/a', '/b'],
      logLevel: 'debug',
      isSampleOnlyUnlessIsolated: false,
    });
    assert.deepInclude(readConfig({ isolation: 'none', hide: ['/c'], sampleOnly: true, data: '/d' }, env), {
      dataFolder: '/d',
      isolation: 'none',
      hide: ['/c'],
      isSampleOnlyUnlessIsolated: true,
    });
    assert.equal(dataFolderOf(undefined, { DROVER_AGENT_DATA: '/e' }), '/e');
  });

  it('O6 are refused with all their faults at once', () => {
    const read = (): unknown => readConfig({ isolation: 'prison', hide: ['relative'], minFreeMb: 'much' }, {});
    assert.throws(read, /megabytes.*relative.*absolute|prison.*megabytes.*relative/);
    assert.throws(read, /prison/);
  });

  it('name the variables that steps get beside the usual ones', () => {
    assert.deepEqual(readConfig({}, {}).passedVariables, []);
    assert.deepEqual(readConfig({}, { DROVER_AGENT_PASS_ENV: 'GOPROXY, MAVEN_OPTS,' }).passedVariables, ['GOPROXY', 'MAVEN_OPTS']);
    assert.deepEqual(readConfig({ passEnv: ['A,B', 'C'] }, { DROVER_AGENT_PASS_ENV: 'D' }).passedVariables, ['A', 'B', 'C']);
    assert.throws(
      () => readConfig({ passEnv: ['DROVER_TOKEN,a b'] }, {}),
      /DROVER_TOKEN may hold a secret.*“a b” in --pass-env is not the name/,
    );
  });

  it('A8 limit each task unless they say otherwise', () => {
    const { processes, memoryBytes = 0, diskBytes } = readConfig({}, {}).limits;
    assert.deepEqual([processes, diskBytes], [4_096, undefined]);
    assert.isAbove(memoryBytes, 0);
    assert.isBelow(memoryBytes, totalmem());
    const env = { DROVER_AGENT_MAX_PROCESSES: '7', DROVER_AGENT_MAX_MEMORY_MB: '8', DROVER_AGENT_MAX_DISK_MB: '9' };
    const { allMemoryBytes = 0, ...each } = readConfig({}, env).limits;
    assert.deepEqual(each, { processes: 7, memoryBytes: 8 * 2 ** 20, diskBytes: 9 * 2 ** 20 });
    assert.equal(allMemoryBytes, memoryBytes);
    assert.equal(readConfig({ maxMemoryMb: '99999999' }, env).limits.allMemoryBytes, 99_999_999 * 2 ** 20);
    assert.deepEqual(readConfig({ maxProcesses: '0', maxMemoryMb: '0', maxDiskMb: '0' }, env).limits, {});
    assert.throws(
      () => readConfig({ maxProcesses: '-1', maxMemoryMb: '1.5', maxDiskMb: 'all' }, {}),
      /limit of processes .*limit of memory .*limit of disk space /,
    );
  });
});
