import { expect } from 'chai';
import { findTaskIds, innerMap, outerMap, type TaskIdsChoice } from './task-ids.js';

const all = '0 0 4294967295\n';
const root = 'Name:\tnode\nCapEff:\t000001ffffffffff\n';
const machine = { '/proc/self/status': root, '/proc/self/uid_map': all, '/proc/self/gid_map': all };
const own: TaskIdsChoice = { first: 30_000, last: 59_999 };

describe('A8 the ids of tasks of an agent that is root', () => {
  const found = (choice: TaskIdsChoice, files: Readonly<Record<string, string>> = {}) => {
    const there: Readonly<Record<string, string>> = { ...machine, ...files };
    const answer = findTaskIds(choice, { read: (path) => there[path] ?? '' });
    return answer.ok ? answer.ids : answer.reason;
  };

  it('are far from those of people, and any range that was chosen', () => {
    expect(found('auto')).to.deep.equal({ first: 2_013_265_920, last: 2_147_352_575 });
    expect(found(own)).to.deep.equal(own);
  });

  // prettier-ignore
  const refusals: ReadonlyArray<readonly [title: string, choice: TaskIdsChoice, files: Readonly<Record<string, string>>, reason: RegExp]> = [
    ['they are switched off',                        'off',  {},                                                             /switched off/],
    ['the agent may not map them',                   'auto', { '/proc/self/status': 'CapEff:\t00000000a80405f8\n' },         /DAC_OVERRIDE/],
    ['the agent has no capabilities',                'auto', { '/proc/self/status': '' },                                    /CHOWN.*SETUID/],
    ['the agent lives in namespaces without them',   'auto', { '/proc/self/uid_map': '         0     100000      65536\n' }, /do not exist/],
    ['there are fewer groups than users',            own,    { '/proc/self/gid_map': '0 0 1\n1 100000 30000\n' },           /do not exist/],
    ['a user has one of them',                       own,    { '/etc/passwd': 'x:x:45000:100::/:/bin/sh\n' },               /\/etc\/passwd/],
    ['a group has the last of them',                 own,    { '/etc/group': '# groups\nx:x:59999:\n' },                     /\/etc\/group/],
    ['a user’s range overlaps them',                 own,    { '/etc/subuid': 'x:10000:20001\n' },                           /\/etc\/subuid/],
    ['a user’s range of groups overlaps them',       own,    { '/etc/subgid': '1000:1:65536\n' },                            /\/etc\/subgid/],
  ];
  for (const [title, choice, files, reason] of refusals)
    it(`are not available where ${title}`, () => expect(found(choice, files)).to.match(reason));

  it('may touch those of others, and may be the range that is given to root', () => {
    expect(found(own, { '/etc/subuid': 'x:10000:20000\nroot:30000:30000\n', '/etc/passwd': 'y:x:60000:::\n' })).to.deep.equal(own);
    expect(found(own, { '/proc/self/uid_map': '0 100000 60000\n' })).to.deep.equal(own);
  });

  it('lie behind root, one by one', () => {
    expect(outerMap({ first: 100_000, last: 165_535 })).to.equal('0 0 1\n1 100001 65535\n');
    expect(innerMap({ first: 100_000, last: 165_535 })).to.equal('0 0 1\n1 1 65535\n');
  });
});
