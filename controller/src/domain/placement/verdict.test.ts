import { asId, type AgentId, type ProjectId } from '@drover/protocol';
import { assert } from 'chai';
import type { Requirement } from './place.js';
import { queueVerdict, type NamedAgent } from './verdict.js';

const need: Requirement = { projectId: asId<ProjectId>('shop'), labels: ['linux'], executor: 'shell', sample: false };
const agent = (name: string, more: Partial<NamedAgent> = {}): NamedAgent => ({
  agentId: asId<AgentId>(name),
  name,
  labels: new Set(['linux']),
  executors: ['shell'],
  sampleOnly: false,
  slots: 2,
  free: 2,
  approved: true,
  enabled: true,
  connected: true,
  draining: false,
  ...more,
});
const gpu = agent('gpu', { labels: new Set(['gpu']) });

describe('G3 the headline of why a task waits', () => {
  // prettier-ignore
  const cases: ReadonlyArray<[title: string, agents: readonly NamedAgent[], code: string, facts?: object]> = [
    ['no agent at all',                       [],                                                                     'noAgents'],
    ['none that fits',                        [gpu],                                                                  'noAgentMatches',    { missing: 'linux' }],
    ['all busy',                              [agent('a', { free: 0 }), gpu],                                         'allSlotsBusy',      { place: 3 }],
    ['one busy, the others offline',          [agent('a', { free: 0 }), agent('b', { connected: false })],            'allSlotsBusy',      { place: 3 }],
    ['all offline',                           [agent('a', { connected: false }), agent('b', { connected: false })],   'agentsOffline',     { agents: 'a, b' }],
    ['the only one that fits is offline',     [agent('a', { connected: false }), gpu],                                'agentsOffline',     { agents: 'a' }],
    ['all disabled',                          [agent('a', { enabled: false })],                                       'agentsDisabled',    { agents: 'a' }],
    ['all draining',                          [agent('a', { draining: true })],                                       'agentsDraining',    { agents: 'a' }],
    ['all unhealthy',                         [agent('a', { illness: 'disk full' })],                                 'agentsUnhealthy',   { agents: 'a' }],
    ['all unapproved',                        [agent('a', { approved: false })],                                      'agentsUnapproved',  { agents: 'a' }],
    ['one disabled, one offline',             [agent('a', { enabled: false }), agent('b', { connected: false })],     'agentsUnavailable', { agents: 'a, b' }],
    ['a free slot',                           [agent('a'), agent('b', { connected: false })],                         'agentFree'],
  ];
  for (const [title, agents, code, facts] of cases)
    it(`is right with ${title}`, () =>
      assert.deepEqual(queueVerdict(need, agents, 3), { code, ...(facts === undefined ? {} : { parameters: facts }) } as never));

  it('leaves the place out where it is not known', () =>
    assert.deepEqual(queueVerdict(need, [agent('a', { free: 0 })]), { code: 'slotsBusy' }));

  it('lists five names and counts the rest', () => {
    const agents = Array.from({ length: 9 }, (_, index) => agent(`a${index}`, { connected: false }));
    assert.deepEqual(queueVerdict(need, agents).parameters, { agents: 'a0, a1, a2, a3, a4, +4' });
  });
});
