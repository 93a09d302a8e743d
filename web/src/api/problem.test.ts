import { assert } from 'chai';
import { problemCodes } from '@drover/protocol';
import i18next from 'i18next';
import { english } from '../i18n/en/index.js';
import { chinese } from '../i18n/zh/index.js';
import { learnSentences } from '../i18n/sentences.js';
import { sentences as chineseSentences } from '../i18n/zh/sentences/index.js';
import { sayFault } from './fault-words.js';
import { ApiError, errorAt, errorBeside, problemOf, sayError } from './problem.js';

const refusal = problemOf(
  { status: 400, statusText: 'Bad Request' },
  {
    type: 'about:blank',
    title: 'Invalid',
    status: 400,
    code: 'invalidInput',
    detail: 'The name is not right.',
    errors: [{ path: '/name', message: 'is taken' }],
    requestId: 'req-1',
  },
);

describe('refusals of the controller', () => {
  const speak = (lng: 'en' | 'zh-CN'): Promise<unknown> =>
    i18next.init({ lng, fallbackLng: false, resources: { en: { translation: english }, 'zh-CN': { translation: chinese } } });
  before(() => {
    learnSentences(chineseSentences);
    return speak('en');
  });
  after(() => speak('en'));

  it('O3 are said in Chinese by their code and by the checks of single fields', async () => {
    await speak('zh-CN');
    for (const code of problemCodes)
      assert.match(sayError(new ApiError({ code, status: 400, detail: 'English' })), /[\u4e00-\u9fff].*。$/, code);
    assert.equal(errorAt(refusal, '/name'), '名称已被使用。');
    assert.equal(errorBeside(refusal, ['/url']), '输入的内容有误。名称已被使用。');
    assert.equal(sayError(new ApiError({ code: 'conflict', status: 409, detail: 'ana is a member already.' })), 'ana 已是成员。');
    assert.equal(sayFault({ path: '/name', message: 'is odd' }), '名称：“is odd”。');
    await speak('en');
  });

  // prettier-ignore
  const sentences: ReadonlyArray<[path: string, message: string, sentence: string]> = [
    ['/name',                      'is required',                             'The name is required.'],
    ['/definition/stages/0/tasks', 'must not be empty',                       'The list of tasks must not be empty.'],
    ['/colour',                    'is not a known field',                    '“colour” is not a known field.'],
    ['',                           'must be an object, not a list',           'The input must be an object, not a list.'],
    ['/stages/0/tasks/0/job',      'there is no job “x” in the project',      'There is no job “x” in the project.'],
    ['/parameters/0/value',        '“c” is not one of a, b',                  '“c” is not one of a, b.'],
  ];
  for (const [path, message, sentence] of sentences)
    it(`are whole sentences: ${sentence}`, () => assert.equal(sayFault({ path, message }), sentence));

  it('stand at their field by its JSON pointer', () => {
    assert.equal(errorAt(refusal, '/name'), 'The name is taken.');
    assert.isUndefined(errorAt(refusal, '/url'));
  });

  it('stand beside the form only if a field does not show them', () => {
    assert.isUndefined(errorBeside(refusal, ['/name']));
    assert.equal(errorBeside(refusal, ['/url']), 'The name is not right.');
    assert.isUndefined(errorBeside(null, []));
  });

  it('are understood also when a proxy answered', () => {
    const unknown = problemOf({ status: 502, statusText: 'Bad Gateway' }, '<html>');
    assert.deepInclude(unknown, { code: 'unavailable', status: 502, detail: '502 Bad Gateway' });
    assert.instanceOf(unknown, ApiError);
  });
});
