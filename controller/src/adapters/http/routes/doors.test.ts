import { growthOf } from '@drover/protocol/testing';
import { assert } from 'chai';
import {
  buildJob,
  controllerUnderTest,
  makeProject,
  onePipeline,
  type ControllerUnderTest,
  type Person,
} from '../../../testing/controller-under-test.js';

const times = <T>(n: number, of: (index: number) => T): readonly T[] => Array.from({ length: Math.floor(n) }, (_, index) => of(index));
const named = (n: number): object => Object.fromEntries(times(n, (index) => [`k${index}`, 1]));
const task = (index: number, more: object = {}) => ({ key: `t${index}`, name: 'T', type: 'build', job: 'large', ...more });
const staged = (tasks: readonly unknown[]) => onePipeline({ stages: [{ key: 'a', name: 'A', mode: 'serial', tasks }] as never });
const source = (more: object) => onePipeline({ sources: [{ type: 'git', url: 'https://example.org/a', defaultBranch: 'main', ...more }] });

interface Asked {
  readonly method?: 'get' | 'post';
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a person or a stranger may send, at sizes of `n` and twice as much. */
// prettier-ignore
const doors: Readonly<Record<string, (n: number) => Asked>> = {
  'a file of many keys':              (n) => imported(times(n, (index) => `k${index}: v\n`).join('')),
  'a file of many quotes':            (n) => imported('"'.repeat(n * 10)),
  'a definition of many fields':      (n) => defined({ ...onePipeline(), ...named(n * 4) }),
  'a deep text of brackets':          (n) => defined('['.repeat(n * 40)),
  'parameters of one name':           (n) => defined(onePipeline({ parameters: times(n / 40, () => ({ name: 'A', type: 'string' })) as never })),
  'values of a list':                 (n) => defined(onePipeline({ parameters: [{ name: 'A', type: 'enum', values: times(n * 4, String) as never, value: 'x' }] })),
  'labels':                           (n) => defined(staged([task(0, { labels: times(n * 4, String) })])),
  'tasks that call a large job':      (n) => defined(staged(times(n / 40, task))),
  'references that never end':        (n) => defined(staged([task(0, { parameters: { LEVEL: '${'.repeat(n) } })])),
  'dollars':                          (n) => defined(staged([task(0, { parameters: { LEVEL: '$'.repeat(n * 2) } })])),
  'references to nothing':            (n) => defined(staged([task(0, { parameters: { LEVEL: times(n / 2, (index) => `\${N${index}}`).join('') } })])),
  'an address of colons':             (n) => defined(source({ url: `a@b${':'.repeat(n)} ` })),
  'an address of slashes':            (n) => defined(source({ url: `https://a${'/'.repeat(n / 8)}b` })),
  'a branch of dots':                 (n) => defined(source({ defaultBranch: '.'.repeat(n) })),
  'a name of blanks':                 (n) => defined(onePipeline({ name: `a${' '.repeat(n * 10)}` })),
  'a name of marks':                  (n) => defined(onePipeline({ name: '\u0301'.repeat(n * 10) })),
  'a search of dots':                 (n) => ({ path: `/api/v1/projects?search=${'.'.repeat(n / 2)}` }),
  'many values of a query':           (n) => ({ path: `/api/v1/projects?${times(n / 4, (index) => `a${index}=1`).join('&')}` }),
  'broken percent-encoding':          (n) => ({ path: `/api/v1/projects?search=${'%E0'.repeat(n / 4)}` }),
  'a path of slashes':                (n) => ({ path: '/'.repeat(n) }),
  'a path of parts':                  (n) => ({ path: `/api/v1/projects${'/a'.repeat(n / 2)}` }),
  'cookies':                          (n) => ({ path: '/api/v1/session', headers: { Cookie: times(n / 8, (index) => `a${index}=b`).join('; ') } }),
  'a cookie of quotes':               (n) => ({ path: '/api/v1/session', headers: { Cookie: `a=${'"'.repeat(n)}` } }),
  'blanks before a token':            (n) => ({ path: '/api/v1/session', headers: { Authorization: `Bearer${' '.repeat(n)}` } }),
  'parameters of a content type':     (n) => ({ method: 'post', path: '/api/v1/session', body: {}, headers: { 'Content-Type': `application/json${';'.repeat(n)}` } }),
  'addresses of proxies':             (n) => ({ path: '/healthz', headers: { 'X-Forwarded-For': times(n / 4, () => '::').join(',') } }),
  'an origin of colons':              (n) => ({ method: 'post', path: '/api/v1/session', body: {}, headers: { Origin: `http://${':'.repeat(n)}` } }),
  'encodings':                        (n) => ({ path: '/', headers: { 'Accept-Encoding': times(n / 8, (index) => `g${index};q=0`).join(',') } }),
};
let projectPath = '';
const defined = (definition: unknown): Asked => ({ method: 'post', path: `${projectPath}/pipelines/validate`, body: { definition } });
const imported = (yaml: string): Asked => ({ method: 'post', path: `${projectPath}/pipelines/import`, body: { yaml, dryRun: true } });

describe('O1 what comes in takes time in proportion to its size', function () {
  this.timeout(120_000);
  let controller: ControllerUnderTest;
  let ann: Person;
  before(async () => {
    controller = await controllerUnderTest();
    ann = await controller.person('ann');
    projectPath = `/api/v1/projects/${(await makeProject(ann, 'shop')).id}`;
    const files = times(50, (index) => '${N}'.repeat(240) + index);
    const step = { type: 'uploadPackage', name: 'Up', files, package: 'p', version: '1' } as const;
    const job = buildJob({
      name: 'large',
      steps: times(16, () => step) as never,
      parameters: [{ name: 'LEVEL', type: 'string', runtime: true }],
    });
    const saved = await ann.send('post', `${projectPath}/jobs`, { body: { definition: job } });
    assert.equal(saved.status, 201, JSON.stringify(saved.body));
  });
  after(() => controller.close());

  for (const [title, door] of Object.entries(doors)) {
    it(title, async () => {
      const growth = await growthOf(4_000, async (n) => {
        const { method = 'get', path, body, headers } = door(n);
        const answer = await ann.send(method, path, { ...(body !== undefined && { body }), ...(headers && { headers }) });
        assert.isBelow(answer.status, 500, JSON.stringify(answer.body).slice(0, 300));
      });
      assert.isTrue(growth.isLinear, JSON.stringify(growth));
    });
  }
});
