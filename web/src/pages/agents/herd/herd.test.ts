import type { AgentView, WaitingView } from '@drover/protocol/api';
import { assert } from 'chai';
import { filtered, memoryPercent, pipsOf } from './herd.js';
import { groupAgents } from '../../waiting/waiting.js';

const agent = (name: string, more: Partial<AgentView> = {}): AgentView =>
  ({ name, status: 'online', slots: 2, attempts: [], labels: ['docker'], facts: { memoryMb: 1_000 }, ...more }) as unknown as AgentView;
const attempts = (count: number) => Array.from<AgentView['attempts'][number]>({ length: count });

describe('G5 the list of agents', () => {
  const herd = [
    agent('a'),
    agent('b', { attempts: attempts(2) }),
    agent('c', { status: 'silent' }),
    agent('d', { status: 'disabled', labels: ['KVM'] }),
  ];
  const names = (filter: 'all' | 'needLook' | 'free', words = ''): string[] => filtered(herd, filter, words).map(({ name }) => name);
  it('shows all, those with room, and those that need a look', () =>
    assert.deepEqual([names('all'), names('free'), names('needLook')], [['a', 'b', 'c', 'd'], ['a'], ['c']]));
  it('finds by name and by label', () => assert.deepEqual([names('all', 'B'), names('all', 'kvm')], [['b'], ['d']]));
  it('draws a pip for each slot', () => {
    assert.deepEqual(pipsOf(agent('a', { attempts: attempts(1) })), ['busy', 'free']);
    assert.deepEqual(pipsOf(agent('a', { attempts: attempts(1), status: 'draining' })), ['busy', 'off']);
    assert.deepEqual(pipsOf(agent('a', { attempts: attempts(5) })), ['busy', 'busy']);
  });
  it('knows memory in use', () => {
    assert.isUndefined(memoryPercent(agent('a')));
    assert.equal(memoryPercent(agent('a', { health: { freeMemoryMb: 250 } as NonNullable<AgentView['health']> })), 75);
  });
});

describe('G3 why it waits', () => {
  const checked = (name: string, code: string, parameters?: Record<string, string>): WaitingView['agents'][number] =>
    ({
      agentId: name,
      name,
      reason: { code, ...(parameters === undefined ? {} : { parameters }) },
    }) as unknown as WaitingView['agents'][number];
  it('puts those that fit first and groups the others by reason', () => {
    const { fit, others } = groupAgents([
      checked('a', 'agentOffline'),
      checked('b', 'agentLabelMissing', { label: 'kvm' }),
      checked('c', 'agentNoFreeSlot'),
      checked('d', 'agentLabelMissing', { label: 'kvm' }),
      checked('e', 'agentLabelMissing', { label: 'arm' }),
    ]);
    assert.deepEqual(
      fit.map(({ name }) => name),
      ['c'],
    );
    assert.deepEqual(
      others.map(({ reason, agents }) => [reason.code, agents.map(({ name }) => name)]),
      [
        ['agentLabelMissing', ['b', 'd']],
        ['agentOffline', ['a']],
        ['agentLabelMissing', ['e']],
      ],
    );
  });
});
