import { asId, attemptIdOf, type AgentId, type ProjectId, type RunId } from '@drover/protocol';
import { assert } from 'chai';
import { ageingMs, firstObstacle, place, type PlacingAgent, type Requirement, type WaitingGroup } from './place.js';

const shop = asId<ProjectId>('shop');
const bank = asId<ProjectId>('bank');
const need = (more: Partial<Requirement> = {}): Requirement => ({ projectId: shop, labels: [], executor: 'shell', sample: false, ...more });
const agent = (name: string, more: Partial<PlacingAgent> = {}): PlacingAgent => ({
  agentId: asId<AgentId>(name),
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
const attempt = (name: string) => attemptIdOf(asId<RunId>('r'), name, 1);
const group = (
  names: readonly string[],
  more: Partial<WaitingGroup> & { readonly waitedMs?: number; readonly runId?: string } = {},
): WaitingGroup => {
  const { waitedMs = 0, runId = 'r', ...rest } = more;
  return {
    requirement: need(),
    priority: 0,
    attempts: names.map((name) => ({ attemptId: attempt(name), runId: asId<RunId>(runId), waitedMs })),
    ...rest,
  };
};
const order = (
  groups: readonly WaitingGroup[],
  agents: readonly PlacingAgent[],
  running: ReadonlyMap<ProjectId, number> = new Map(),
): string =>
  place(groups, agents, running)
    .map(({ attemptId, agentId }) => `${attemptId.split('.')[1]}@${agentId}`)
    .join(' ');

describe('G3 placing', () => {
  // prettier-ignore
  const obstacles: ReadonlyArray<[title: string, agent: Partial<PlacingAgent>, need: Partial<Requirement>, code: string | undefined]> = [
    ['fits',                                         {},                                     {},                       undefined],
    ['works for another project',                    { projectId: bank },                    {},                       'agentOutOfScope'],
    ['works for this project',                       { projectId: shop },                    {},                       undefined],
    ['lacks a label',                                {},                                     { labels: ['gpu'] },      'agentLabelMissing'],
    ['has no Docker',                                {},                                     { executor: 'docker' },   'agentLabelMissing'],
    ['cannot keep tasks apart',                      { sampleOnly: true },                   {},                       'agentNoIsolation'],
    ['cannot keep tasks apart, but runs the sample', { sampleOnly: true },                  { sample: true },         undefined],
    ['waits for approval',                           { approved: false },                    {},                       'agentUnapproved'],
    ['is disabled',                                  { enabled: false },                     {},                       'agentDisabled'],
    ['is not connected',                             { connected: false },                   {},                       'agentOffline'],
    ['is draining',                                  { draining: true },                     {},                       'agentDraining'],
    ['is unhealthy',                                 { illness: 'disk full' },               {},                       'agentUnhealthy'],
    ['has no free slot',                             { free: 0 },                            {},                       'agentNoFreeSlot'],
    ['fails several: the lasting one comes first',   { connected: false, projectId: bank },  {},                       'agentOutOfScope'],
  ];
  for (const [title, about, asked, code] of obstacles) {
    it(`names what holds an agent back that ${title}`, () => assert.equal(firstObstacle(need(asked), agent('x', about))?.code, code));
  }

  it('X10 gives a later stage of an older run its turn before newer runs that have waited longer', () => {
    const newer = group(['newer'], { runId: 'r2', waitedMs: 30 * ageingMs, requirement: need({ labels: ['linux'] }) });
    const older = group(['older'], { runId: 'r1' });
    assert.equal(order([newer, older], [agent('one', { free: 1 })]), 'older@one');
    assert.equal(order([older, newer], [agent('one', { free: 1 })]), 'older@one');
  });

  it('X10 lets an older run pass neither a higher priority nor a project with a smaller share', () => {
    const older = group(['older'], { runId: 'r1' });
    assert.equal(order([older, group(['urgent'], { runId: 'r2', priority: 1 })], [agent('one', { free: 1 })]), 'urgent@one');
    const other = group(['other'], { runId: 'r2', requirement: need({ projectId: bank }) });
    assert.equal(order([older, other], [agent('one', { free: 1 })], new Map([[shop, 1]])), 'other@one');
  });

  it('gives the oldest first, to the agent with most room', () => {
    assert.equal(order([group(['a', 'b', 'c', 'd'])], [agent('one', { free: 1 }), agent('two', { free: 2 })]), 'a@two b@one c@two');
  });

  it('X10 puts priority before everything', () => {
    assert.equal(order([group(['a'], { waitedMs: 1_000 }), group(['b'], { priority: 5 })], [agent('one', { free: 1 })]), 'b@one');
  });

  it('X10 shares slots fairly between projects', () => {
    const mine = group(['a', 'b', 'c'], { waitedMs: 500 });
    const theirs = group(['x', 'y', 'z'], { requirement: need({ projectId: bank }) });
    assert.equal(order([mine, theirs], [agent('one', { free: 4 })], new Map([[shop, 2]])), 'x@one y@one a@one z@one');
  });

  it('X10 lets nobody starve: waiting outweighs the share, and in the end priority', () => {
    const old = group(['a'], { waitedMs: 3 * ageingMs });
    const fresh = group(['x'], { requirement: need({ projectId: bank }) });
    assert.equal(order([fresh, old], [agent('one', { free: 1 })], new Map([[shop, 2]])), 'a@one');
    const ancient = group(['a'], { waitedMs: 60 * ageingMs });
    assert.equal(order([group(['x'], { priority: 5 }), ancient], [agent('one', { free: 1 })]), 'a@one');
  });

  it('passes over an agent that just declined, and lets others of the group continue', () => {
    const waiting: WaitingGroup = {
      ...group([]),
      attempts: [
        { attemptId: attempt('a'), runId: asId<RunId>('r'), waitedMs: 2, avoid: new Set([asId<AgentId>('one')]) },
        { attemptId: attempt('b'), runId: asId<RunId>('r'), waitedMs: 1 },
      ],
    };
    assert.equal(order([waiting], [agent('one', { free: 1 })]), 'b@one');
  });

  it('G4 never places more on an agent than it has free, in any mixture', () => {
    for (let seed = 1; seed <= 300; seed += 1) {
      const agents = Array.from({ length: 1 + (seed % 5) }, (_, index) =>
        agent(`g${index}`, { free: (seed * (index + 3)) % 4, labels: new Set(index % 2 === 0 ? ['linux'] : ['linux', 'gpu']) }),
      );
      const groups = Array.from({ length: 1 + (seed % 4) }, (_, index) =>
        group(
          Array.from({ length: (seed * 7 + index) % 9 }, (_attempt, count) => `t${index}-${count}`),
          { priority: (seed + index) % 3, requirement: need({ labels: index % 2 === 0 ? [] : ['gpu'] }) },
        ),
      );
      const placements = place(groups, agents, new Map());
      for (const { agentId, free } of agents) assert.isAtMost(placements.filter((placement) => placement.agentId === agentId).length, free);
      assert.equal(new Set(placements.map(({ attemptId }) => attemptId)).size, placements.length);
    }
  });
});
