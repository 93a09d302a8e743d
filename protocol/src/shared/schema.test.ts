import { expect } from 'chai';
import { AgentMessage } from '../agent/index.js';
import { PipelineDefinition } from '../definition/index.js';
import { attemptIdOf, asId, runIdOf, type RunId } from './ids.js';
import { reasonCodes, reasonSentence, reasonSentences } from './reasons.js';
import { parse } from './schema.js';

const runId = asId<RunId>('01arz3ndektsv4rrffq69g5fav');
const attemptId = attemptIdOf(runId, 'build', 1);
const stage = { key: 'main', name: 'Main', mode: 'serial', tasks: [{ key: 'a', name: 'A', type: 'build', job: 'j' }] };
const pipeline = { name: 'p', sources: [], parameters: [], stages: [stage] };

const faulty: ReadonlyArray<readonly [title: string, input: unknown, path: string, message: RegExp]> = [
  ['no object', 7, '', /must be object/],
  ['a field that is missing', { ...pipeline, name: undefined }, '/name', /must be string|is required/],
  ['a field that nobody knows', { ...pipeline, extra: 1 }, '/extra', /is not a known field/],
  [
    'a word that is none of the known',
    { ...pipeline, stages: [{ ...stage, mode: 'wild' }] },
    '/stages/0/mode',
    /must be one of serial, parallel/,
  ],
  ['an operator where a text belongs', { ...pipeline, name: { $gt: '' } }, '/name', /must be string/],
  [
    'a prototype key',
    JSON.parse('{"name":"p","sources":[],"parameters":[],"stages":[],"__proto__":{"x":1}}'),
    '/__proto__',
    /is not a known field/,
  ],
  ['NUL in a name', { ...pipeline, name: 'a\u0000' }, '/name', /pattern/],
  ['a variant that does not exist', { ...pipeline, parameters: [{ type: 'number', name: 'n' }] }, '/parameters/0/type', /kind/],
  [
    'a source that runs programs',
    { ...pipeline, sources: [{ type: 'git', url: 'ext::sh -c id', defaultBranch: 'main' }] },
    '/sources/0/url',
    /pattern/,
  ],
  [
    'a branch that is an option',
    { ...pipeline, sources: [{ type: 'git', url: 'https://host/r', defaultBranch: '--upload-pack=id' }] },
    '/sources/0/defaultBranch',
    /pattern/,
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
    expect(wrong).to.deep.equal({ ok: false, faults: [{ path: '/slot', message: 'must be integer' }] });
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
