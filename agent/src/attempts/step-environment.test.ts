import { assert } from 'chai';
import { testSpec } from '../testing/specs.js';
import { baseEnvironment, stepEnvironment } from './step-environment.js';

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
});
