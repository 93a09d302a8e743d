import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { root, startProgram } from '../testing/programs.js';
import { expectNothingInside } from './harness/walk.js';

const controller = join(root, 'controller', 'dist', 'bundle', 'main.js');
const agent = join(root, 'agent', 'dist', 'bundle', 'main.js');

// prettier-ignore
const controllerFaults: Readonly<Record<string, string>> = {
  DROVER_PORT: '70000', DROVER_PUBLIC_URL: 'ftp://x', MONGODB_URI: 'postgres://x', DROVER_MASTER_KEY: 'short', DROVER_LOG_LEVEL: 'loud', DROVER_ZONE: 'Mars/Olympus',
  DROVER_TRUSTED_PROXIES: 'everybody', DROVER_COOKIE_SECURE: 'perhaps', DROVER_ALLOW_UNISOLATED: '{"$gt":""}',
  DROVER_SCRUB_MEGABYTES_PER_SECOND: '-1', DROVER_SCRUB_EVERY_DAYS: '0',
  DROVER_FORBIDDEN_ADDRESSES: 'public', DROVER_ALLOWED_ADDRESSES: 'a b',
};

// prettier-ignore
const odd: ReadonlyArray<Readonly<Record<string, string>>> = [
  { DROVER_PORT: '-1',     DROVER_PUBLIC_URL: 'https://a/b?c',            DROVER_ZONE: '../../etc/passwd',  DROVER_MASTER_KEY: 'x'.repeat(100_000) },
  { DROVER_PORT: '1e3',    DROVER_PUBLIC_URL: 'https://user:secret@host', DROVER_ZONE: 'x'.repeat(100_000), DROVER_MASTER_KEY: '$(id)' },
  { DROVER_PORT: '80; id', DROVER_PUBLIC_URL: 'javascript:alert(1)',      DROVER_ZONE: '<script>',          MONGODB_URI: 'mongodb://a b' },
];

describe('O6 bad configuration: the program ends at once and tells all that is wrong, each in one sentence', function () {
  this.timeout(60_000);
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'drover-configuration-'));
  });
  after(() => rm(folder, { recursive: true, force: true }));

  async function told(program: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<readonly string[]> {
    const started = startProgram({ name: 'program', args: [program, ...args], env });
    const { code } = await started.ended;
    const text = started.lines.join('\n');
    expect(code, text).to.be.within(1, 9);
    expectNothingInside(text.replaceAll(folder, ''), args.join(' '));
    return started.lines;
  }

  it('controller, by its environment: nine faults, nine lines that name the variable and what it should be', async () => {
    const lines = await told(controller, ['--data', join(folder, 'a')], controllerFaults);
    for (const variable of Object.keys(controllerFaults))
      expect(
        lines.filter((line) => line.includes(variable)),
        variable,
      ).to.have.lengthOf(1);
    expect(lines).to.have.lengthOf(Object.keys(controllerFaults).length);
    expect(lines.join('\n')).to.not.include('short');
  });

  it('controller, by odd values', async () => {
    for (const values of odd) {
      const lines = await told(controller, ['--data', join(folder, 'a')], values);
      expect(lines, lines.join('\n')).to.have.lengthOf(Object.keys(values).length);
      for (const variable of Object.keys(values)) expect(lines.filter((line) => line.includes(variable))).to.have.lengthOf(1);
      for (const line of lines) expect(line).to.have.length.below(300);
      expect(lines.join('\n'), 'a secret is told').to.not.include('secret@');
    }
  });

  it('controller, by its file: unknown names, wrong types, no YAML, aliases that multiply, depth, a folder', async () => {
    const file = join(folder, 'drover.yaml');
    for (const [text, pattern] of [
      ['port: [1, 2]\nnonsense: 1\nzone: {a: 1}\n', [/port/, /nonsense/, /zone/]],
      ['port: {', [/cannot be read/]],
      ['__proto__: {port: 1}\nconstructor: 1\n', [/__proto__/, /constructor/]],
      [
        'a: &a [1,1,1,1,1,1,1,1]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b]\nport: [*c,*c,*c,*c]',
        [/cannot be read/],
      ],
      ['['.repeat(100_000), [/cannot be read/]],
    ] as const) {
      await writeFile(file, text);
      const lines = await told(controller, ['--data', join(folder, 'a'), '--config', file]);
      for (const one of pattern)
        expect(lines.filter((line) => one.test(line)).length, `${text.slice(0, 40)}: ${lines.join('\n')}`).to.be.greaterThan(0);
      expect(lines.length, lines.join('\n')).to.be.at.most(4);
    }
    expect((await told(controller, ['--config', folder])).join('\n')).to.match(/cannot be read/);
  });

  it('controller, by its flags and by a folder that is none', async () => {
    await writeFile(join(folder, 'file'), '');
    expect((await told(controller, ['--port', 'x', '--data', ' '])).join('\n')).to.match(/--port[^]*--data|--data[^]*--port/);
    expect((await told(controller, ['--nonsense'])).join('\n')).to.include('--nonsense');
    expect((await told(controller, ['--port', '0', '--data', join(folder, 'file')])).join('\n')).to.match(/folder/);
  });

  it('agent: all faults of start and of register at once', async () => {
    const started = (
      await told(agent, ['start', '--data', join(folder, 'agent')], {
        DROVER_AGENT_ISOLATION: 'hope',
        DROVER_LOG_LEVEL: 'loud',
        DROVER_AGENT_MIN_FREE_MB: '-5',
        DROVER_AGENT_HIDE: 'here',
      })
    ).join('\n');
    for (const word of ['hope', 'loud', 'megabytes', 'here']) expect(started).to.include(word);
    const args = [
      'register',
      '--data',
      join(folder, 'agent'),
      '--url',
      'http://127.0.0.1:1',
      '--name',
      '../x',
      '--labels',
      'a b,$(id)',
      '--slots',
      '0',
    ];
    const registered = (await told(agent, args, { DROVER_TOKEN: 'x' })).join('\n');
    for (const word of ['name', 'labels', 'slots']) expect(registered).to.include(word);
    for (const url of ['file:///etc/passwd', 'x', 'http://user:secret@host', 'javascript:1']) {
      const refused = await told(agent, ['register', '--data', join(folder, 'agent'), '--url', url], { DROVER_TOKEN: 'x' });
      expect(refused.join('\n'), url).to.include('--url').and.not.include('secret');
    }
    expect((await told(agent, ['start', '--data', join(folder, 'agent')])).join('\n')).to.include('register');
  });
});
