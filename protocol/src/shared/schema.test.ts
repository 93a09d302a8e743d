import { Type } from '@sinclair/typebox';
import { expect } from 'chai';
import { AgentMessage } from '../agent/index.js';
import { PipelineDefinition } from '../definition/index.js';
import { attemptIdOf, asId, runIdOf } from './id-texts.js';
import type { RunId } from './ids.js';
import { reasonCodes, reasonSentence, reasonSentences } from './reason-sentences.js';
import { parse, faultSentence, problemSentence } from './schema.js';

const runId = asId<RunId>('01arz3ndektsv4rrffq69g5fav');
const attemptId = attemptIdOf(runId, 'build', 1);
const stage = { key: 'main', name: 'Main', mode: 'serial', tasks: [{ key: 'a', name: 'A', type: 'build', job: 'j' }] };
const pipeline = { name: 'p', sources: [], parameters: [], stages: [stage] };

const faulty: ReadonlyArray<readonly [title: string, input: unknown, path: string, message: RegExp]> = [
  ['no object', 7, '', /^must be an object, not a number$/],
  ['a field that is missing', { ...pipeline, name: undefined }, '/name', /^must be a text, not undefined$|is required/],
  ['a field that nobody knows', { ...pipeline, extra: 1 }, '/extra', /is not a known field/],
  [
    'a word that is none of the known',
    { ...pipeline, stages: [{ ...stage, mode: 'wild' }] },
    '/stages/0/mode',
    /must be one of serial, parallel/,
  ],
  ['an operator where a text belongs', { ...pipeline, name: { $gt: '' } }, '/name', /^must be a text, not an object$/],
  [
    'a prototype key',
    JSON.parse('{"name":"p","sources":[],"parameters":[],"stages":[],"__proto__":{"x":1}}'),
    '/__proto__',
    /is not a known field/,
  ],
  ['NUL in a name', { ...pipeline, name: 'a\u0000' }, '/name', /^must be letters, digits/],
  [
    'a variant that does not exist',
    { ...pipeline, parameters: [{ type: 'number', name: 'n' }] },
    '/parameters/0/type',
    /^must be one of string, secret, enum/,
  ],
  [
    'a source that runs programs',
    { ...pipeline, sources: [{ type: 'git', url: 'ext::sh -c id', defaultBranch: 'main' }] },
    '/sources/0/url',
    /^must be an address that begins with https/,
  ],
  [
    'a branch that is an option',
    { ...pipeline, sources: [{ type: 'git', url: 'https://host/r', defaultBranch: '--upload-pack=id' }] },
    '/sources/0/defaultBranch',
    /^must be the name of a branch/,
  ],
];

describe('parse: the one door for input from outside', () => {
  it('gives back what fits, typed', () => {
    expect(parse(PipelineDefinition, pipeline)).to.deep.equal({ ok: true, value: pipeline });
  });

  for (const [title, input, path, message] of faulty) {
    it(`names the place and the rule for ${title}`, () => {
      const parsed = parse(PipelineDefinition, input);
      expect(parsed.ok).to.equal(false);
      const [fault] = parsed.ok ? [] : parsed.faults;
      expect(fault?.path).to.equal(path);
      expect(fault?.message).to.match(message);
    });
  }

  it('tells the messages of an agent apart by their type and speaks of the one that was meant', () => {
    const message = { type: 'accept', attemptId, offerId: 'o1', slot: 0 };
    expect(parse(AgentMessage, message).ok).to.equal(true);
    const wrong = parse(AgentMessage, { ...message, slot: 'first' });
    expect(wrong).to.deep.equal({ ok: false, faults: [{ path: '/slot', message: 'must be a whole number, not a text' }] });
  });
});

describe('O1 faults are sentences that help', () => {
  const schema = Type.Object({
    text: Type.Optional(Type.String({ minLength: 2, maxLength: 3 })),
    name: Type.Optional(Type.String({ minLength: 1, maxLength: 1 })),
    list: Type.Optional(Type.Array(Type.Null(), { minItems: 1, maxItems: 1 })),
    number: Type.Optional(Type.Integer({ minimum: 1, maximum: 5 })),
    either: Type.Optional(Type.Unsafe({ type: ['string', 'null'] })),
  });
  // prettier-ignore
  const cases: ReadonlyArray<[input: object, message: string]> = [
    [{ text: 'x' },          'must have at least 2 characters'],
    [{ text: 'xxxx' },       'must have at most 3 characters'],
    [{ name: '' },           'must not be empty'],
    [{ name: 'xx' },         'must have at most 1 character'],
    [{ list: [] },           'must not be empty'],
    [{ list: [null, null] }, 'must have at most 1 entry'],
    [{ list: 'no' },         'must be a list, not a text'],
    [{ number: 0 },          'must be at least 1, not 0'],
    [{ number: 6 },          'must be at most 5, not 6'],
    [{ number: 1.5 },        'must be a whole number, not a fraction'],
    [{ number: null },       'must be a whole number, not null'],
    [{ either: false },      'must be a text or null, not true or false'],
  ];
  for (const [input, message] of cases) {
    it(`${JSON.stringify(input)} ${message}`, () => {
      const parsed = parse(schema, input);
      expect(parsed.ok ? [] : parsed.faults.map((fault) => fault.message)).to.deep.equal([message]);
    });
  }

  it('a kind that is missing is asked for with the kinds that there are', () => {
    const parsed = parse(PipelineDefinition, { ...pipeline, parameters: [{ name: 'n' }] });
    const [fault] = parsed.ok ? [] : parsed.faults;
    expect(fault).to.include({ path: '/parameters/0/type' });
    expect(fault?.message).to.match(/^is required: one of string, secret, enum/);
  });

  it('C1 a folder may have a blank in its path', () => {
    const sources = [{ type: 'git', url: '/srv/my repositories/app', defaultBranch: 'main' }];
    expect(parse(PipelineDefinition, { ...pipeline, sources }).ok).to.equal(true);
  });
});

describe('ids', () => {
  it('of attempts are put together from run, task and number, and give the run back', () => {
    expect(attemptId).to.equal('01arz3ndektsv4rrffq69g5fav.build.1');
    expect(runIdOf(attemptId)).to.equal(runId);
  });
});

describe('reasons', () => {
  it('become sentences with their facts, and show what is missing rather than hide it', () => {
    expect(reasonSentence({ code: 'stepFailed', parameters: { step: 'Test', exitCode: 2 } })).to.equal('step “Test” exited with code 2');
    expect(reasonSentence({ code: 'stepFailed' })).to.equal('step “{step}” exited with code {exitCode}');
  });

  it('each have a sentence', () => {
    for (const code of reasonCodes) expect(reasonSentences[code]).to.be.a('string').and.not.equal('');
  });
});

describe('faults as sentences', () => {
  // prettier-ignore
  const sentences: ReadonlyArray<[path: string, message: string, sentence: string]> = [
    ['/name',                               'is required',                        '“name” is required'],
    ['/definition/stages/0/tasks/1/job',    'is required',                        'stage 1, task 2: “job” is required'],
    ['/stages/2',                           'must be an object, not a list',      'stage 3 must be an object, not a list'],
    ['/definition/stages/0/tasks/0/job',    'there is no job “x”',                'stage 1, task 1: there is no job “x”'],
    ['',                                    'must be an object, not null',        'the input must be an object, not null'],
    ['/labels/3',                           'must be a text, not a number',       'label 4 must be a text, not a number'],
  ];
  for (const [path, message, sentence] of sentences)
    it(`names ${path === '' ? 'the whole' : path} in words`, () => expect(faultSentence({ path, message })).to.equal(sentence));

  it('follow what a problem says, unless it says them itself', () => {
    const errors = [{ path: '/slots', message: 'must be at least 1, not 0' }];
    expect(problemSentence({ detail: '“slots” must be at least 1, not 0.', errors })).to.equal('“slots” must be at least 1, not 0.');
    expect(problemSentence({ detail: 'The input is not valid.', errors })).to.equal(
      'The input is not valid. “slots” must be at least 1, not 0.',
    );
    expect(problemSentence({ detail: 'Too many tries.' })).to.equal('Too many tries.');
  });
});
