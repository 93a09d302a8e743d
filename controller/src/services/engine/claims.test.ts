import { assert } from 'chai';
import { sampleDefinition, sampleJob } from '../../domain/runs/fixtures.js';
import type { DefinitionSnapshot } from '@drover/protocol/definition';
import { ann, Farm, pipelineId } from '../../testing/engine/farm.js';
import { offerIdOf } from '../../testing/engine/fake-agent.js';
import { secretContext } from '../ports/definitions.js';

const one = sampleDefinition([{ tasks: ['a'] }]);

describe('offers and claims', () => {
  it('G13 answers the same accept with the same yes', async () => {
    const farm = await new Farm(one).open();
    const agent = await farm.addAgent('drover-1');
    await agent.connect();
    await farm.start();
    const first = await agent.accept(0);
    assert.deepEqual(await agent.accept(0), first);
    await farm.crash();
    await agent.connect();
    assert.deepEqual(await agent.accept(0), first);
    await farm.close();
  });

  for (const isHere of [true, false])
    it(`I2 gives up a claim that a dead controller wrote last, when its agent, ${isHere ? 'connected' : 'away'}, knows nothing of it`, async () => {
      const farm = await new Farm(one).open();
      const [holder, other] = [await farm.addAgent('holder'), await farm.addAgent('other', { slots: 1 })];
      const runId = await farm.start();
      await (isHere ? holder : other).connect();
      const { attemptId } = (isHere ? holder : other).offers()[0] ?? assert.fail();
      const claim = { agentId: holder.agentId, offerId: offerIdOf('late'), slot: 0, fencing: 1, startedAt: 1 };
      const late = { ...claim, state: 'running' as const, active: true, lastWriteId: 'late' };
      await farm.attempts.change(attemptId, { states: ['queued'], fencing: 0 }, late);
      assert.include(await (isHere ? holder : other).accept(), { ok: false, code: 'stale' });
      await farm.time.advance(900_000);
      assert.equal((await farm.attempts.read(attemptId))?.outcome, 'lost');
      await (isHere ? holder : other).work();
      assert.equal(await farm.line(runId), 'succeeded: a succeeded');
      await farm.close();
    });

  it('G13 gives an offer that is not answered within its time to another agent', async () => {
    const farm = await new Farm(one).open();
    const [slow, quick] = [await farm.addAgent('slow'), await farm.addAgent('quick', { slots: 1 })];
    await slow.connect();
    await farm.start();
    await quick.connect();
    assert.lengthOf(slow.offers(), 1);
    await farm.time.advance(5_000);
    assert.equal(slow.heard.at(-1)?.type, 'withdrawOffer');
    assert.lengthOf(quick.offers(), 1);
    assert.isTrue((await quick.accept()).ok);
    assert.include(await slow.accept(), { ok: false, code: 'stale' });
    await farm.close();
  });

  it('gives a declined offer to another agent, and comes back to the only one after a while', async () => {
    const farm = await new Farm(one).open();
    const agent = await farm.addAgent('drover-1');
    await agent.connect();
    await farm.start();
    const offer = agent.offers()[0] ?? assert.fail();
    await agent.say({ type: 'decline', attemptId: offer.attemptId, offerId: offer.offerId, reason: { code: 'diskFull' } });
    await farm.time.advance(4_000);
    assert.lengthOf(agent.offers(), 1);
    await farm.time.advance(2_000);
    assert.lengthOf(agent.offers(), 2);
    await farm.close();
  });

  it('G4 never claims a slot twice, nor one that the agent does not have', async () => {
    const farm = await new Farm(sampleDefinition([{ mode: 'parallel', tasks: ['a', 'b'] }])).open();
    const agent = await farm.addAgent('drover-1', { slots: 2 });
    await agent.connect();
    await farm.start();
    const [first, second] = agent.offers();
    assert.isTrue((await agent.acceptOffer(first ?? assert.fail(), 0)).ok);
    assert.include(await agent.acceptOffer(second ?? assert.fail(), 0), { ok: false, code: 'stale' });
    await farm.time.advance(6_000);
    assert.include(await agent.accept(7), { ok: false, code: 'invalid' });
    await farm.close();
  });

  it('refuses an accept of an offer that was never made', async () => {
    const farm = await new Farm(one).open();
    const agent = await farm.addAgent('drover-1');
    await agent.connect();
    await farm.start();
    const attemptId = agent.offers()[0]?.attemptId ?? assert.fail();
    assert.include(await agent.say({ type: 'accept', attemptId, offerId: offerIdOf('made-up'), slot: 0 }), { ok: false, code: 'stale' });
    await farm.close();
  });

  it('takes three durable writes for an attempt: insert, claim, finish', async () => {
    const calls: string[] = [];
    const farm = await new Farm(one, { onCall: (call) => void calls.push(call) }).open();
    const agent = await farm.addAgent('drover-1');
    await agent.connect();
    calls.length = 0;
    await farm.start();
    await agent.work();
    assert.deepEqual(
      calls.filter((call) => call.startsWith('attempts.')),
      ['attempts.insert', 'attempts.change', 'attempts.change'],
    );
    await farm.close();
  });

  it('takes an end once, answers it again alike, and drops one of an older claim', async () => {
    const farm = await new Farm(one).open();
    const agent = await farm.addAgent('drover-1');
    await agent.connect();
    const runId = await farm.start();
    await agent.accept();
    const held = agent.held[0] ?? assert.fail();
    assert.include(await agent.finish('failed', { ...held, fencing: 7 }), { ok: false, code: 'stale' });
    assert.deepInclude(agent.heard.at(-1), { type: 'dropAttempt', attemptId: held.attemptId, fencing: 7 });
    assert.isTrue((await agent.finish('succeeded', held)).ok);
    assert.isTrue((await agent.finish('failed', held)).ok);
    assert.equal(await farm.line(runId), 'succeeded: a succeeded');
    await farm.close();
  });

  it('G7 takes an end that was stored but not folded when the controller died', async () => {
    const farm = await new Farm(one).open();
    const agent = await farm.addAgent('drover-1');
    await agent.connect();
    const runId = await farm.start();
    await agent.accept();
    const held = agent.held[0] ?? assert.fail();
    farm.core.world.folded = () => undefined; // the run never hears of it
    await farm.attempts.change(
      held.attemptId,
      { states: ['running'], fencing: 1 },
      { state: 'finished', active: false, outcome: 'succeeded', finishedAt: 5, lastWriteId: 'x' },
    );
    await farm.crash();
    assert.equal(await farm.line(runId), 'succeeded: a succeeded');
    await farm.close();
  });

  it('folds 256 ends at once into a few writes', async () => {
    const calls: string[] = [];
    const tasks = Array.from({ length: 256 }, (_, index) => `t${index}`);
    const farm = await new Farm(sampleDefinition([{ mode: 'parallel', tasks }]), { onCall: (call) => void calls.push(call) }).open();
    const agent = await farm.addAgent('drover-1', { slots: 256 });
    await agent.connect();
    const runId = await farm.start();
    await Promise.all(agent.offers().map((offer, slot) => agent.acceptOffer(offer, slot)));
    calls.length = 0;
    await Promise.all([...agent.held].map((held) => agent.finish('succeeded', held)));
    assert.match(await farm.line(runId), /^succeeded/);
    assert.isAtMost(calls.filter((call) => call === 'runs.replace').length, 6);
    assert.isAtMost(JSON.stringify(await farm.runs.read(runId)).length, 128 * 1_024);
    await farm.close();
  });
});

describe('what an agent is given', () => {
  const specOf = async (definition: DefinitionSnapshot, prepare: (farm: Farm) => void = () => undefined, request = {}) => {
    const farm = new Farm(definition);
    prepare(farm);
    await farm.open();
    const agent = await farm.addAgent('drover-1');
    await agent.connect();
    const runId = await farm.start(request);
    const answer = await agent.accept();
    const line = await farm.line(runId);
    const view = await farm.service.view(ann, runId);
    await farm.close();
    return { spec: agent.held[0]?.granted.spec, answer, line, view };
  };

  it('P7, P9 has fields with their references put in, scripts as written, and parameters as environment', async () => {
    const upload = {
      type: 'uploadPackage' as const,
      name: 'Upload',
      files: ['dist/${name}/*'],
      package: '${name}',
      version: '$${v}-${PIPELINE_NUMBER}',
    };
    const shell = { type: 'shell' as const, name: 'Say', script: 'echo ${name}' };
    const base = sampleDefinition([{ tasks: ['a'] }], { parameters: [{ type: 'string', name: 'WHO', value: 'or"ders' }] });
    const { spec } = await specOf({
      ...base,
      jobs: [{ ...sampleJob, steps: [shell, upload], parameters: [{ type: 'string', name: 'name', value: 'app-${WHO}' }] }],
    });
    assert.deepEqual(spec?.steps, [shell, { ...upload, files: ['dist/app-or"ders/*'], package: 'app-or"ders', version: '${v}-1' }]);
    assert.include(spec?.environment, {
      name: 'app-or"ders',
      WHO: 'or"ders',
      PIPELINE_NUMBER: '1',
      COMMIT_ID: '',
      TIMESTAMP: '20250615150640',
    });
  });

  it('P7 fails a task at its start when a reference is unknown, naming it', async () => {
    const upload = { type: 'uploadPackage' as const, name: 'Upload', files: ['*'], package: 'app', version: '${nope}' };
    const { answer, line, view } = await specOf({ ...sampleDefinition([{ tasks: ['a'] }]), jobs: [{ ...sampleJob, steps: [upload] }] });
    assert.include(answer, { ok: false, code: 'stale' });
    assert.equal(line, 'failed: a failed');
    assert.equal(view.ok && view.value.stages[0]?.tasks[0]?.reason?.code, 'unknownReference');
  });

  it('P9 starts a task whose fields refer to a tag on a branch: an empty value is for the step to judge', async () => {
    const base = sampleDefinition([{ tasks: ['a'] }], { parameters: [{ type: 'string', name: 'TAG', value: '' }] });
    const steps = [
      { type: 'shell' as const, name: 'Say', script: 'true', workingDirectory: '${TAG}' },
      { type: 'uploadPackage' as const, name: 'Upload', files: ['${TAG}', 'a'], package: 'app', version: '${TAG}', directory: '${TAG}' },
    ];
    const { spec, line } = await specOf({ ...base, jobs: [{ ...sampleJob, steps }] });
    assert.isDefined(spec, line);
    assert.notProperty(spec?.steps[0], 'workingDirectory');
    assert.deepInclude(spec?.steps[1], { files: ['a'], version: '' });
    assert.notProperty(spec?.steps[1], 'directory');
  });

  it('P7 does not let a value lead a field out of the workspace', async () => {
    const shell = { type: 'shell' as const, name: 'Say', script: 'true', workingDirectory: 'src/${WHO}' };
    const base = sampleDefinition([{ tasks: ['a'] }], { parameters: [{ type: 'string', name: 'WHO', value: '../../etc' }] });
    const { view } = await specOf({ ...base, jobs: [{ ...sampleJob, steps: [shell] }] });
    assert.equal(view.ok && view.value.stages[0]?.tasks[0]?.reason?.code, 'definitionInvalid');
  });

  it('P3 fails a task at its start when an older definition puts a secret into a field that others can read', async () => {
    const upload = { type: 'uploadPackage' as const, name: 'Upload', files: ['*'], package: 'app', version: '${TOKEN}' };
    const base = sampleDefinition([{ tasks: ['a'] }], { parameters: [{ type: 'secret', name: 'TOKEN', runtime: true }] });
    const { view, spec } = await specOf({ ...base, jobs: [{ ...sampleJob, steps: [upload] }] }, undefined, {
      parameters: { TOKEN: 'typed-value' },
    });
    assert.isUndefined(spec);
    assert.deepEqual(view.ok && view.value.stages[0]?.tasks[0]?.reason, {
      code: 'secretInField',
      parameters: { field: 'version of step “Upload”', secret: 'TOKEN' },
    });
  });

  it('P3 J5 has the secrets that the task passes opened, and named for masking; no others, and nothing else shows them', async () => {
    const base = sampleDefinition([{ tasks: ['a'] }], {
      parameters: [
        { type: 'secret', name: 'TOKEN', runtime: true },
        { type: 'secret', name: 'KEPT' },
        { type: 'secret', name: 'OTHER', runtime: true },
      ],
    });
    const passes = ['TOKEN', 'KEPT'].map((name) => ({ type: 'string' as const, name: `MY_${name}`, value: `\${${name}}` }));
    const box = (plain: string) => ({
      keyId: 'k',
      box: Buffer.from(`${secretContext.pipelineParameter(pipelineId, 'KEPT')}|${plain}`).toString('base64'),
    });
    const jobs = [{ ...sampleJob, parameters: passes }];
    const { spec, view } = await specOf({ ...base, jobs }, (farm) => farm.putPipeline({ KEPT: box('kept-value') }), {
      parameters: { TOKEN: 'typed-value', OTHER: 'other-value' },
    });
    assert.include(spec?.environment, { MY_TOKEN: 'typed-value', MY_KEPT: 'kept-value' });
    assert.doesNotHaveAnyKeys(spec?.environment ?? {}, ['TOKEN', 'KEPT', 'OTHER']);
    assert.sameMembers([...(spec?.secrets ?? [])], ['typed-value', 'kept-value']);
    assert.notMatch(JSON.stringify({ view, spec }), /other-value/);
    assert.notMatch(JSON.stringify(view), /typed-value|kept-value/);
  });
});
