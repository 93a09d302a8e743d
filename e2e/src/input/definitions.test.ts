import type { Refs } from '@drover/protocol/api';
import { expect } from 'chai';
import { job, oneTask, shell } from '../testing/definitions.js';
import { Farm } from '../testing/farm.js';
import { expectRefusal, unchanged } from './harness/walk.js';
import { makeWorld, type World } from './harness/world.js';

const pipeline =
  'pipeline: {name: x, sources: [], parameters: [], stages: [{key: a, name: A, mode: serial, tasks: [{key: t, name: T, type: build, job: script}]}]}';
const bomb = [
  'a: &a [x, x, x, x, x, x, x, x, x]',
  ...'bcdefghij'.split('').map(
    (name, index) =>
      `${name}: &${name} [${Array(9)
        .fill(`*${'abcdefghi'.charAt(index)}`)
        .join(', ')}]`,
  ),
].join('\n');

// prettier-ignore
const files: ReadonlyArray<readonly [what: string, yaml: string, where: RegExp]> = [
  ['nothing but spaces',              '   \n',                                                     /file|object/],
  ['no YAML',                         'a: b: c: {',                                                /line 1/],
  ['a list',                          '- 1\n- 2',                                                  /object/],
  ['a text',                          'drover',                                                    /object/],
  ['two documents',                   `drover: 1\n${pipeline}\n---\ndrover: 1\n`,                  /document/i],
  ['a name twice',                    `drover: 1\n${pipeline}\ndrover: 1\n`,                       /line 3.*unique|twice|duplicat/i],
  ['a name twice, deep',              'drover: 1\npipeline: {name: x, name: y}',                   /line 2.*unique|twice|duplicat/i],
  ['aliases that multiply',           bomb,                                                        /alias/i],
  ['two hundred aliases',             `a: &a x\nb: [${Array(200).fill('*a').join(', ')}]`,         /alias/i],
  ['an alias of itself',              'a: &a [*a]\n',                                              /alias|file|known field/i],
  ['an alias of nothing',             `drover: *nothing\n${pipeline}`,                             /alias/i],
  ['a tag that makes functions',      'drover: !!js/function "function(){}"',                      /tag/i],
  ['a tag that reads files',          `drover: !include /etc/passwd\n${pipeline}`,                 /tag/i],
  ['a tag that runs programs',        'drover: !!python/object/apply:os.system ["true"]',          /tag/i],
  ['a binary where a number belongs', `drover: !!binary aGVsbG8=\n${pipeline}`,                    /tag|drover/],
  ['a merge key',                     `base: &b {name: x}\ndrover: 1\npipeline: {<<: *b}`,         /known field|required|</],
  ['the prototype',                   `drover: 1\n${pipeline}\n__proto__: {administrator: true}`,  /__proto__|name/],
  ['a constructor',                   `drover: 1\n${pipeline}\nconstructor: {prototype: {}}`,      /constructor|name/],
  ['forty levels',                    `drover: ${'['.repeat(45)}${']'.repeat(45)}`,                /deep|nested/],
  ['a hundred thousand brackets',     '['.repeat(100_000),                                         /deep|nested|line 1/],
  ['a hundred thousand nested maps',  '{a: '.repeat(100_000),                                      /deep|nested|line 1/],
  ['a thousand indented levels',      Array.from({ length: 900 }, (_, level) => `${' '.repeat(level)}a:`).join('\n'), /deep|nested/],
  ['a list of a hundred thousand',    `drover: [${'1,'.repeat(120_000)}1]`,                        /more than|drover/],
  ['keys that are lists',             'drover: 1\n? [a, b]\n: x',                                  /key|string/i],
  ['NUL in a text',                   `drover: 1\n${pipeline.replace('name: A', 'name: "a\\0b"')}`, /name/],
  ['a control character',             `drover: 1\n${pipeline.replace('name: A', 'name: "a\\x1b[2J"')}`, /name/],
  ['version two',                     `drover: 2\n${pipeline}`,                                    /drover/],
  ['version as a text',               `drover: "1"\n${pipeline}`,                                  /drover/],
  ['an unknown job',                  `drover: 1\n${pipeline.replace('job: script', 'job: nowhere')}`, /job/],
  ['an operator',                     `drover: 1\n${pipeline.replace('name: A', 'name: {$gt: ""}')}`, /name/],
];

// prettier-ignore
const addresses: readonly string[] = [
  'ext::sh -c touch% /tmp/pwned', 'ext::sh', 'fd::17', 'file:///etc', 'file://%2fetc', '/etc', '/', '//etc', 'file:///tmp/../etc', '-oProxyCommand=touch /tmp/pwned',
  '--upload-pack=touch', 'ssh://-oProxyCommand=touch/x', 'https://-x/', 'https://user:secret@host/x.git', 'http://[::1', 'https://', 'ssh://', 'gopher://x/y', 'javascript:alert(1)',
  'git@-host:x', 'https://host/a b', 'https://host/\u0000', 'https://host/\n', 'ftp://x/y', 'c:\\windows', '..', './x', 'host:path with space', '-x@host:path', 'a@-oProxyCommand=x:y',
];
// prettier-ignore
const refs: readonly string[] = ['-x', '--upload-pack=x', '', ' ', 'a b', 'a~1', 'a^', 'a:b', 'a?', 'a*', 'a[', 'a\\b', 'a\u0000', 'a\n', '\u007f', 'x'.repeat(251)];

describe('O1 bad definitions: each is refused with its place, and nothing is saved', function () {
  this.timeout(60_000);
  let farm: Farm;
  let world: World;
  before(async () => {
    farm = await Farm.start({ env: { DROVER_LOG_LEVEL: 'error' } });
    world = await makeWorld(farm);
  });
  after(() => farm.close());

  const walk = (work: () => Promise<void>) => unchanged(farm, { projectId: world.project.id, pipelineId: world.pipeline.id }, work);
  const below = (path: string) => `/api/v1/projects/${world.project.id}${path}`;
  const post = (path: string, body: unknown, what: string) =>
    expectRefusal(farm, { method: 'POST', path, body: JSON.stringify(body), what });

  for (const [what, yaml, where] of files) {
    it(`C5 drover.yaml: ${what}`, () =>
      walk(async () => {
        const { code, detail, errors } = await post(below('/pipelines/import'), { yaml }, what);
        expect(code).to.be.oneOf(['definitionInvalid', 'invalidInput']);
        expect(`${detail} ${JSON.stringify(errors)}`, what).to.match(where);
        expect(errors?.length, what).to.be.greaterThan(0);
      }));
  }

  it('S2 addresses of repositories that run programs, name options, or lead to folders of the machine', () =>
    walk(async () => {
      for (const url of addresses) {
        const definition = oneTask('source', 'script', { sources: [{ type: 'git', url, defaultBranch: 'main' }] });
        for (const [path, body, pointer] of [
          [below('/pipelines'), { definition }, '/definition/sources/0/url'],
          [below('/refs'), { url }, '/url'],
        ] as const) {
          const { errors } = await post(path, body, url);
          expect(errors?.[0]?.path, `${path} ${url}`).to.equal(pointer);
        }
      }
    }));

  it('S2 branches that are options or no names', () =>
    walk(async () => {
      for (const name of refs) {
        const definition = oneTask('source', 'script', {
          sources: [{ type: 'git', url: 'https://git.example/a.git', defaultBranch: name }],
        });
        const saved = await post(below('/pipelines'), { definition }, name);
        expect(saved.errors?.[0]?.path, name).to.equal('/definition/sources/0/defaultBranch');
        const started = await post(
          `/api/v1/pipelines/${world.pipeline.id}/runs`,
          { sources: [{ index: 0, ref: { type: 'branch', name } }] },
          name,
        );
        expect(started.errors?.[0]?.path, name).to.equal('/sources/0/ref/name');
      }
    }));

  it('S2 answers of hosts that are none, in one sentence', async () => {
    for (const url of ['http://127.0.0.1:1/a.git', 'http://nowhere.invalid/a.git', `${farm.url}/api/v1/session`, 'nobody@127.0.0.1:a']) {
      const response = await farm.api.raw('POST', `/projects/${world.project.id}/refs`, {
        body: JSON.stringify({ url }),
        headers: { 'content-type': 'application/json' },
      });
      const text = await response.text();
      expect(response.status, `${url}: ${text}`).to.be.within(400, 499);
      expect((JSON.parse(text) as Partial<Refs>).branches).to.equal(undefined);
      expect(text).to.not.match(/fatal:.*fatal:|drover-e2e-/s);
    }
  });

  it('X1 P4 starts with parameters and tasks that the pipeline has not', () =>
    walk(async () => {
      const path = `/api/v1/pipelines/${world.pipeline.id}/runs`;
      for (const [body, pointer] of [
        [{ parameters: { NOWHERE: 'x' } }, '/parameters/NOWHERE'],
        [{ parameters: { toString: 'x' } }, '/parameters/toString'],
        [{ parameters: { hasOwnProperty: 'x' } }, '/parameters/hasOwnProperty'],
        [{ parameters: { PIPELINE_NUMBER: '1' } }, '/parameters/PIPELINE_NUMBER'],
        [{ tasks: ['nowhere'] }, '/tasks/0'],
        [{ tasks: ['constructor'] }, '/tasks/0'],
        [{ tasks: [] }, '/tasks'],
        [{ sources: [{ index: 0, ref: { type: 'branch', name: 'main' } }] }, '/sources/0'],
        [{ sources: [{ index: 10, ref: { type: 'branch', name: 'main' } }] }, '/sources/0/index'],
      ] as const) {
        const { errors } = await post(path, body, JSON.stringify(body));
        expect(errors?.[0]?.path, JSON.stringify(body)).to.satisfy((place: string) => place.startsWith(pointer));
      }
    }));

  it('P1 W1 names that mean something to JavaScript are names like any other, or refused', async () => {
    const words = ['constructor', 'toString', 'hasOwnProperty', 'valueOf', '__proto__', 'prototype', '__defineGetter__'];
    const accepted: string[] = [];
    for (const [name, key, parameter] of words.flatMap((word) => [
      [word, word.toLowerCase(), 'PLAIN'],
      [`job of ${word}`, 'plain', word],
    ]) as ReadonlyArray<readonly [string, string, string]>) {
      const parameters = [{ name: parameter, type: 'string' as const, value: 'x', runtime: true }];
      const task = { key, name, type: 'build', job: name, parameters: { [parameter]: 'x' } };
      const definition = { ...oneTask(name, name), parameters, stages: [{ key, name, mode: 'serial', tasks: [task] }] };
      await farm.api.raw('POST', `/projects/${world.project.id}/jobs`, json({ definition: job(name, [shell('true')], { parameters }) }));
      const saved = await farm.api.raw('POST', `/projects/${world.project.id}/pipelines`, json({ definition }));
      const text = await saved.text();
      expect(saved.status, `${name} ${parameter}: ${text}`).to.be.oneOf([201, 400]);
      if (saved.status !== 201) continue;
      accepted.push(name);
      const { id } = JSON.parse(text) as { id: string };
      const run = await farm.api.post<{ id: string }>(`/pipelines/${id}/runs`, { parameters: { [parameter]: 'y' }, tasks: [key] });
      const [attempt] = await farm.attempts(run.id, key);
      expect(attempt, name).to.include({ taskKey: key });
      expect(JSON.stringify(await farm.api.get(`/runs/${run.id}`)), name).to.include(`"${parameter}"`);
    }
    expect(accepted).to.include.members(['constructor', 'toString', 'prototype', 'job of toString', 'job of hasOwnProperty']);
    expect(Object.keys(Object.prototype)).to.have.lengthOf(0);
  });
});

const json = (body: unknown) => ({ body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
