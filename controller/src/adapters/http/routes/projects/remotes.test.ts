import type { Endpoint, Project } from '@drover/protocol/api';
import { assert } from 'chai';
import {
  bodyOf,
  buildJob,
  controllerUnderTest,
  makeProject,
  onePipeline,
  type ControllerUnderTest,
  type Person,
} from '../../../../testing/controller-under-test.js';

/** Nobody answers there: an address that was asked is told from one that was not. */
const nobody = 'http://127.0.0.1:9';

describe('S2, E4 what the controller asks of other machines', () => {
  let controller: ControllerUnderTest;
  let ann: Person;
  let people: Readonly<Record<'viewer' | 'tester' | 'developer', Person>>;
  let project: Project;
  const at = (rest: string) => `/api/v1/projects/${project.id}/${rest}`;

  before(async () => {
    controller = await controllerUnderTest();
    ann = await controller.person('ann');
    project = await makeProject(ann, 'remotes');
    const [viewer, tester, developer] = await Promise.all(
      ['viewer', 'tester', 'developer'].map(async (name) => {
        const person = await controller.person(name);
        await ann.send('post', at('members'), { body: { name, roles: [name] } });
        return person;
      }),
    );
    assert(viewer && tester && developer);
    people = { viewer, tester, developer };
    const source = { type: 'git', alias: 'app', url: `${nobody}/known.git`, defaultBranch: 'main' } as const;
    await ann.send('post', at('jobs'), { body: { definition: buildJob() } });
    const made = await ann.send('post', at('pipelines'), { body: { definition: onePipeline({ sources: [source] }) } });
    assert.equal(made.status, 201, made.text);
  });
  after(() => controller.close());

  // prettier-ignore
  const cases: Array<[who: keyof typeof people, what: string, url: string, status: number]> = [
    ['developer', 'any address',                   `${nobody}/other.git`, 409],
    ['tester',    'a repository of a pipeline',    `${nobody}/known.git`, 409],
    ['tester',    'any address',                   `${nobody}/other.git`, 403],
    ['viewer',    'any address',                   `${nobody}/other.git`, 403],
    ['viewer',    'a repository of a pipeline',    `${nobody}/known.git`, 403],
  ];
  for (const [who, what, url, status] of cases)
    it(`${what} ${status === 403 ? 'is not' : 'is'} asked for a ${who}`, async () => {
      const answer = await people[who].send('post', at('refs'), { body: { url } });
      assert.equal(answer.status, status, answer.text);
    });

  it('an endpoint of their own is not tested for a viewer, and is for a developer', async () => {
    const statuses = await Promise.all(
      (['viewer', 'developer'] as const).map(async (who) => {
        const body = { kind: 'dockerRegistry', name: `of ${who}`, url: nobody };
        const { id }: Endpoint = bodyOf(await people[who].send('post', at('endpoints'), { body }));
        return (await people[who].send('post', `/api/v1/endpoints/${id}/test`)).status;
      }),
    );
    assert.deepEqual(statuses, [403, 200]);
  });
});
