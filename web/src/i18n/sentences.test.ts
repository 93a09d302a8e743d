import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { assert } from 'chai';
import i18next from 'i18next';
import { chinese } from './zh/index.js';
import { sayReason } from './reason.js';
import { knownSentence, learnSentences, sentenceOrQuote } from './sentences.js';
import { sentences } from './zh/sentences/index.js';

const repository = new URL('../../..', import.meta.url).pathname;

/** Where sentences are written that the dashboard shows. */
const places = [
  'protocol/src/shared/faults.ts',
  'protocol/src/api/password-weakness.ts',
  'protocol/src/yaml/faults.ts',
  'controller/src/domain',
  'controller/src/services',
  'controller/src/adapters/git',
  'controller/src/adapters/registry',
  'controller/src/adapters/yaml',
  'agent/src/attempts',
  'agent/src/git',
  'agent/src/hands',
  'agent/src/packing',
  'agent/src/executors',
];

/** What only other programs are told, or what only a fault of Drover's own can bring about. */
const unshown: readonly RegExp[] = [
  /^The agent does not hold/,
  /^This Idempotency-Key|^The first request with this/,
  /^This token may not read|^There is no such thing to watch|^At most \S+ things can be watched/,
  /^Sign in first, or send an API token|^Choose a password of your own first \(PUT|^This needs a signed-in session|^The API token lacks/,
  /^This registration token|^Another agent is called “\S*”; /,
  /^Another controller took|^the store refused a run|^run \S+ \(number|^not a known case/,
  /^there is no step |^no step is running|^git \S+ printed|^\/bytes must/,
];

/** Refusals whose faults are listed: their code has a Chinese sentence. */
const listed = /^(?:The job|The pipeline|The file) is not valid\b|^The run cannot be started/;

/** What is put together of parts. */
const examples = [
  'is required: one of shell, docker',
  'must have at most 20 entries',
  'as task “a” of “b” calls the job, image cannot refer to the secret “S”: others can read the field',
  'stage “a”, task “b”: “b” is the key of another task already',
  'stage “a”, task “b”: “${X}” in the job “c” refers to nothing',
  'The password is one of the most common passwords, or close to one: choose several words that do not belong together.',
  'there is no branch “a”',
  '2 files are Git LFS pointers, and git-lfs is not installed on this agent',
  'line 3, column 7: stage 1, task 2: “job” is required',
  'step “a”: “path” must be a path inside the workspace, with “/” between its parts and no “..”',
];

const filesIn = (place: string): readonly string[] =>
  place.endsWith('.ts')
    ? [place]
    : readdirSync(join(repository, place), { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.ts') && !/\.test\.ts$|\.contract\.ts$|testing\//.test(file))
        .map((file) => join(place, file));

/** Literals that begin a sentence of a refusal, of a fault at a field, or of the detail of a reason. */
const said =
  /(?:message: |detail: |reason: |refused\(\s*'\w+',\s*|unreachable\(|notFound\(|fault\(|fail\(|failed\(|new (?:Error|Unfit)\(|new GitFault\('\w+', |=> refused\('\w+', )(?=['`])/g;

/** The literal at the place with something in its gaps. */
function literalAt(code: string, from: number): string {
  const quote = code.charAt(from);
  let text = '';
  for (let at = from + 1; code.charAt(at) !== quote; at++) {
    if (code.charAt(at) === '\\') text += code.charAt(++at);
    else if (quote === '`' && code.startsWith('${', at)) {
      for (let depth = 0; at < code.length; at++) {
        if (code.charAt(at) === '{') depth++;
        if (code.charAt(at) === '}' && --depth === 0) break;
      }
      text += '7';
    } else text += code.charAt(at);
  }
  return text;
}

const written = places.flatMap(filesIn).flatMap((file) => {
  const code = readFileSync(join(repository, file), 'utf8');
  return [...code.matchAll(said)].map(({ index, 0: { length } }) => ({ file, text: literalAt(code, index + length) }));
});

describe('O3 what controller and agents say', () => {
  before(async () => {
    await i18next.init({ lng: 'zh-CN', fallbackLng: false, resources: { 'zh-CN': { translation: chinese } } });
    learnSentences(sentences);
  });
  after(() => i18next.changeLanguage('en'));

  it('has a Chinese sentence for each, wherever it is written', () => {
    assert.isAbove(written.length, 200);
    const parts = /^7: |^as 7 |^“\$\{7|^The password 7|^there is no 7|^7, and|^is required7|^must have at most 7$/;
    const left = [...unshown, listed, parts];
    const unknown = written.filter(
      ({ text }) => /[a-z]{2} [a-z]/.test(text) && !left.some((pattern) => pattern.test(text)) && knownSentence(text) === undefined,
    );
    assert.deepEqual(
      unknown.map(({ file, text }) => `${file}: ${text}`),
      [],
    );
  });

  it('has one for what is put together of parts', () => {
    for (const text of examples) {
      assert.match(knownSentence(text) ?? '', /[\u4e00-\u9fff]/, text);
      assert.notMatch((knownSentence(text) ?? '').replaceAll('Git LFS', ''), /[a-z]{3,} [a-z]{3,}/, text);
    }
  });

  it('has one for each rule of a field', () => {
    const rules = filesIn('protocol/src').flatMap((file) =>
      [...readFileSync(join(repository, file), 'utf8').matchAll(/\brule\((?=')/g)].map(({ index, input }) => literalAt(input, index + 5)),
    );
    assert.isAbove(rules.length, 15);
    assert.deepEqual(
      rules.filter((words) => !Object.hasOwn(sentences, `must be ${words}`)),
      [],
    );
  });

  it('quotes the words of programs, and says what stands around them', () => {
    assert.equal(sentenceOrQuote('fatal: bad object HEAD\n'), '“fatal: bad object HEAD”');
    assert.equal(
      sayReason(i18next.t, { code: 'stepNotStarted', parameters: { step: 'Test', detail: 'spawn EACCES' } }),
      '步骤“Test”无法启动：“spawn EACCES”',
    );
    assert.equal(
      sayReason(i18next.t, {
        code: 'agentUnhealthy',
        parameters: { detail: 'only 12 MB are free in its work folder, the limit is 500 MB; its spool cannot be written: EIO' },
      }),
      '不健康：工作目录仅剩 12 MB，下限为 500 MB；无法写入缓存目录：“EIO”',
    );
  });

  it('takes a sentence with its facts for itself only', () => {
    assert.equal(knownSentence('There is a job “a” in the project already.'), '项目中已有作业“a”。');
    assert.isUndefined(knownSentence('There is a job “” in the project already.'));
    assert.isUndefined(knownSentence('something else'));
  });
});
