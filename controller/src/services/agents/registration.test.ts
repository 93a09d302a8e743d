import { assert } from 'chai';
import { asId, protocolVersion, type TokenId } from '@drover/protocol';
import { sampleDefinition } from '../../domain/runs/fixtures.js';
import { Farm, projectId } from '../../testing/engine/farm.js';
import { register } from './registration.js';

const dayMs = 24 * 3_600_000;

describe('G1 registration and names that are taken', () => {
  let farm: Farm;
  beforeEach(async () => {
    farm = new Farm(sampleDefinition([{ tasks: ['a'] }]));
    await farm.open();
    for (const [name, scope] of [
      ['farm', {}],
      ['project', { projectId }],
    ] as const)
      // prettier-ignore
      await farm.stores.registrationTokens.insert({
        _id: asId<TokenId>(`token-${name}`),
        schemaVersion: 1,
        name,
        hash: farm.core.ports.tokens.hash(name),
        ...scope,
        usesLeft: 100,
        expiresAt: 1e15,
        createdAt: 0,
        createdBy: { userId: asId('ann'), name: 'Ann' },
      });
  });
  afterEach(() => farm.close());

  /** The name it got, or the code of the refusal. */
  async function registered({ name, token = 'farm' }: { readonly name?: string; readonly token?: string } = {}): Promise<string> {
    const facts = { ...(await farm.addAgent(farm.nextId())).record.facts, hostname: 'ox' };
    const body = { token, labels: [], slots: 1, protocolVersion, facts, ...(name === undefined ? {} : { name }) };
    const answer = await register(farm.core, body, { isLocal: false });
    return answer.ok ? answer.value.name : answer.code;
  }
  const agentCalled = (name: string) => [...farm.core.agents.all()].find(({ record }) => record.name === name)?.record._id;

  it('a machine that gives no name gets its own, or the next free one', async () => {
    assert.deepEqual([await registered(), await registered(), await registered()], ['ox', 'ox-2', 'ox-3']);
  });

  it('a name that was asked for is refused while its agent may come back', async () => {
    await registered({ name: 'ox' });
    assert.equal(await registered({ name: 'OX' }), 'nameTaken');
    await farm.time.advance(dayMs);
    assert.equal(await registered({ name: 'ox' }), 'nameTaken');
  });

  it('a name passes on once its agent has been away for over a day and holds nothing', async () => {
    await registered();
    const first = agentCalled('ox');
    await farm.time.advance(dayMs + 1);
    assert.equal(await registered(), 'ox');
    assert.notEqual(agentCalled('ox'), first);
    await farm.time.advance(dayMs + 1);
    assert.equal(await registered({ name: 'Ox' }), 'Ox');
    assert.isUndefined(agentCalled('ox'));
  });

  it('the name of an agent of the whole farm never passes on to one of a project', async () => {
    await registered();
    await farm.time.advance(dayMs + 1);
    assert.equal(await registered({ token: 'project' }), 'ox-2');
    assert.equal(await registered({ token: 'project', name: 'ox' }), 'nameTaken');
  });

  it('the name of an agent that is connected does not pass on', async () => {
    const agent = await farm.addAgent('ox');
    await agent.connect();
    await farm.time.advance(2 * dayMs);
    assert.equal(await registered({ name: 'ox' }), 'nameTaken');
  });
});
