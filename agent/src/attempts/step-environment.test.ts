import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { assert } from 'chai';
import { testSpec } from '../testing/specs.js';
import { baseEnvironment, stepEnvironment } from './step-environment.js';
import { unattended } from './unattended.js';

describe('J5 the environment of a step', () => {
  it("holds nothing of the agent's own but what is on the list", () => {
    const base = baseEnvironment({
      PATH: '/bin',
      HOME: '/home/x',
      DROVER_TOKEN: 's',
      AWS_SECRET_ACCESS_KEY: 's',
      NODE_OPTIONS: 's',
      HTTPS_PROXY: 'http://u:p@proxy',
      HTTP_PROXY: 'http://proxy:3128',
    });
    assert.deepEqual(base, { PATH: '/bin', LANG: 'C.UTF-8', HOME: '/home/x', HTTP_PROXY: 'http://proxy:3128' });
  });

  it('holds what the agent was told to pass on, if it is set', () => {
    const own = { PATH: '/bin', GOPROXY: 'https://proxy.example', PIP_CERT: '', HTTPS_PROXY: 'http://u:p@proxy' };
    assert.deepEqual(baseEnvironment(own, ['GOPROXY', 'PIP_CERT', 'MAVEN_OPTS', 'HTTPS_PROXY']), {
      PATH: '/bin',
      LANG: 'C.UTF-8',
      GOPROXY: 'https://proxy.example',
      HTTPS_PROXY: 'http://u:p@proxy',
    });
  });

  it('has no path of the npm that started the agent', () => {
    assert.equal(baseEnvironment({ PATH: '/tmp/node_modules/.bin:/node_modules/.bin:/usr/bin' })['PATH'], '/usr/bin');
    assert.include(baseEnvironment({ PATH: '/node_modules/.bin' })['PATH'], '/usr/bin');
  });

  it('has a path even where the agent was given none', () => {
    assert.include(baseEnvironment({})['PATH'], '/usr/bin');
  });

  it('says what runs where, whatever the parameters are called', () => {
    const spec = testSpec([], { environment: { VERSION: '1.2', CI: 'no', DROVER_RUN_ID: 'forged' } });
    const env = stepEnvironment({ PATH: '/bin' }, { spec, agentName: 'ox', workspace: '/w', stepName: 'compile' });
    assert.deepInclude(env, {
      PATH: '/bin',
      VERSION: '1.2',
      CI: 'true',
      DROVER: 'true',
      DROVER_RUN_NUMBER: '7',
      DROVER_ATTEMPT_NUMBER: '1',
      DROVER_PROJECT: 'shop',
      DROVER_PIPELINE: 'release',
      DROVER_TASK: 'Build',
      DROVER_AGENT: 'ox',
      DROVER_WORKSPACE: '/w',
      DROVER_STEP: 'compile',
    });
    assert.equal(env['DROVER_RUN_ID'], spec.runId);
  });

  it('tells tools that nobody is at the keyboard, unless a parameter of the job says otherwise', () => {
    const spec = testSpec([], { environment: { PAGER: 'less', npm_config_yes: 'false' } });
    const env = stepEnvironment({}, { spec, agentName: 'ox', workspace: '/w', stepName: 'compile' });
    assert.deepInclude(env, { ...unattended, PAGER: 'less', npm_config_yes: 'false' });
    const editor = spawnSync('sh', ['-c', `${env['GIT_EDITOR']} "$@"`, 'sh', 'file'], { encoding: 'utf8' });
    assert.equal(editor.status, 1);
    assert.match(editor.stderr, /nobody is at the keyboard/);
  });

  it('names each variable for tools without a keyboard in the docs', () => {
    const docs = readFileSync(new URL('../../../docs/pipelines.md', import.meta.url), 'utf8');
    const missing = Object.keys(unattended).filter((name) => !docs.includes(`\`${name}\``));
    assert.deepEqual(missing, []);
  });
});
