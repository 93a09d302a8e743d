import { assert } from 'chai';
import { sampleDefinition, sampleJob } from '../../domain/runs/fixtures.js';
import type { AgentRecord } from '../../domain/agents/agent.js';
import { ann, Farm } from '../../testing/engine/farm.js';

const registry = { address: 'https://registry.example.org', user: 'bot', password: 'registry-password' };
const facts: AgentRecord['facts'] = {
  productVersion: '0',
  os: 'linux',
  arch: 'x64',
  hostname: 'drover-1',
  cpus: 2,
  memoryMb: 1_000,
  automaticLabels: ['docker'],
  executors: ['shell', 'docker'],
  isolation: 'separateUser',
};

describe('E2 credentials of a registry', () => {
  // prettier-ignore
  const images: ReadonlyArray<readonly [image: string, isGiven: boolean]> = [
    ['registry.example.org/team/tool:1',  true],
    ['evil.example/team/tool:1',          false],
    ['registry.example.org.evil.example/tool', false],
    ['registry.example.org:5000/tool',    false],
    ['team/tool',                         false],
  ];
  for (const [image, isGiven] of images)
    it(`go ${isGiven ? '' : 'not '}along with ${image}, which a parameter names`, async () => {
      const base = sampleDefinition([{ tasks: ['a'] }], { parameters: [{ type: 'string', name: 'IMAGE', value: '', runtime: true }] });
      const job = { ...sampleJob, executor: { type: 'docker' as const, image: '${IMAGE}', registry: 'private' } };
      const farm = await new Farm({ ...base, jobs: [job] }, { registry }).open();
      const agent = await farm.addAgent('drover-1', { facts });
      await agent.connect();
      const runId = await farm.start({ parameters: { IMAGE: image } });
      await agent.accept();
      const spec = agent.held[0]?.granted.spec;
      const view = await farm.service.view(ann, runId);
      await farm.close();
      if (isGiven) return assert.deepInclude(spec?.executor, { image, registry });
      assert.isUndefined(spec);
      const reason = view.ok ? view.value.stages[0]?.tasks[0]?.reason : undefined;
      assert.equal(reason?.code, 'definitionInvalid');
      assert.include(String(reason?.parameters?.['detail']), `the image ${image} is not in the registry of the endpoint “private”`);
      assert.notInclude(JSON.stringify(agent.heard), registry.password);
    });
});
