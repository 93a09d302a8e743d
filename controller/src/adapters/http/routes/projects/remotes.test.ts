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

  describe('a Git endpoint for a whole host is tested with a repository', () => {
    let endpoint: Endpoint;
    before(async () => {
      endpoint = bodyOf(await ann.send('post', at('endpoints'), { body: { kind: 'git', name: 'host', url: nobody, password: 'p' } }));
    });
    const test = (who: Person, body?: { readonly repository: string }) =>
      who.send('post', `/api/v1/endpoints/${endpoint.id}/test`, body && { body });

    it('of its host, and says so where none is named', async () => {
      assert.include((await test(ann)).body, { ok: false, result: 'repositoryNeeded' });
      assert.include((await test(ann, { repository: `${nobody}/` })).body, { ok: false, result: 'repositoryNeeded' });
      assert.include((await test(ann, { repository: `${nobody}/team/one.git` })).body, { ok: false, result: 'hostUnreachable' });
    });

    // prettier-ignore
    const refused: Array<[title: string, repository: string, sentence: RegExp]> = [
      ['another host',                  'http://127.0.0.2:9/one.git',        /sent elsewhere/],
      ['another port',                  'http://127.0.0.1:10/one.git',       /sent elsewhere/],
      ['another scheme',                'https://127.0.0.1:9/one.git',       /sent elsewhere/],
      ['a folder of the controller',    '/etc',                              /begins with/],
      ['a folder by its address',       'file:///etc',                       /begins with/],
      ['an address with a password',    'http://u:p@127.0.0.1:9/one.git',    /endpoint/],
      ['an address with a user',        'http://u@127.0.0.1:9/one.git',      /endpoint/],
      ['an option',                     '--upload-pack=x',                   /address/],
    ];
    for (const [title, repository, sentence] of refused)
      it(`and not with ${title}`, async () => {
        const answer = await test(ann, { repository });
        assert.equal(answer.status, 400, answer.text);
        assert.deepEqual(
          answer.body.errors?.map(({ path }: { path: string }) => path),
          ['/repository'],
        );
        assert.match(answer.text, sentence);
      });

    it('but not by those who may not modify, or do not see it', async () => {
      const repository = `${nobody}/team/one.git`;
      assert.deepEqual(
        [(await test(people.viewer, { repository })).status, (await test(people.tester, { repository })).status],
        [404, 404],
      );
    });

    it('and a registry is tested with none', async () => {
      const body = { kind: 'dockerRegistry', name: 'registry', url: nobody };
      const { id }: Endpoint = bodyOf(await ann.send('post', at('endpoints'), { body }));
      const answer = await ann.send('post', `/api/v1/endpoints/${id}/test`, { body: { repository: `${nobody}/one.git` } });
      assert.equal(answer.status, 400, answer.text);
    });
  });
});
