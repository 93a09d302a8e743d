import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type { Page, Pipeline, RunSummary, RunView, WaitingView } from '@drover/protocol/api';
import { expect } from 'chai';
import { job, makePipeline, makeProject, makeScript, oneTask, shell, startRun } from '../testing/definitions.js';
import { Refusal } from '../testing/api.js';
import { Farm } from '../testing/farm.js';

describe('a farm of real processes', function () {
  this.timeout(120_000);
  let farm: Farm;
  before(async () => {
    farm = await Farm.start();
    await farm.addAgent({ name: 'builder', slots: 6, labels: ['special'] });
  });
  after(() => farm.close());

  it('X2 B1 runs a script and keeps exactly the bytes that it printed', async () => {
    const pipeline = await makeScript(farm, 'seq 1 20000; printf "no line end"');
    const run = await startRun(farm, pipeline.id);
    expect(run.number).to.equal(1);
    const ended = await farm.finished(run.id);
    expect(ended.status).to.equal('succeeded');
    const [attempt] = await farm.attempts(run.id, 'work');
    const printed = `${Array.from({ length: 20_000 }, (_, index) => index + 1).join('\n')}\nno line end`;
    const log = await farm.log(attempt?.id ?? '');
    expect(digest(log)).to.equal(digest(Buffer.from(printed)));
    expect(attempt?.log.state).to.equal('complete');
    expect(attempt?.log.sha256).to.equal(digest(Buffer.from(printed)));
  });

  it('J5 P7 gives parameters to scripts as environment variables and never puts them into their text', async () => {
    const project = await makeProject(farm);
    const pipeline = await makePipeline(farm, project, {
      jobs: [
        job('tell', [shell('printf "%s|%s|%s|%s" "$GREETING" "$PIPELINE_NUMBER" "$CI" "${UNKNOWN-none}"')], {
          parameters: [{ type: 'string', name: 'GREETING', value: 'hello', runtime: true }],
        }),
      ],
      pipeline: {
        ...oneTask('tell', 'tell'),
        parameters: [{ type: 'string', name: 'WORDS', value: 'plain', runtime: true }],
        stages: [
          {
            key: 'main',
            name: 'Main',
            mode: 'serial',
            tasks: [{ key: 'work', name: 'Work', type: 'build', job: 'tell', parameters: { GREETING: '${WORDS}' } }],
          },
        ],
      },
    });
    const run = await startRun(farm, pipeline.id, { parameters: { WORDS: '$(touch /tmp/injected); "; exit 1' } });
    await farm.finished(run.id);
    const [attempt] = await farm.attempts(run.id, 'work');
    expect((await farm.log(attempt?.id ?? '')).toString()).to.equal('$(touch /tmp/injected); "; exit 1|1|true|none');
  });

  it('P3 masks a secret in the log however it is written, and never answers with it', async () => {
    const secret = 'correct-horse-battery';
    const project = await makeProject(farm);
    const script =
      'printf "%s" "${TOKEN%????????}"; sleep 0.05; printf "%s\\n" "${TOKEN#?????????????}"; printf "%s" "$TOKEN" | base64; echo "len ${#TOKEN}"';
    const pipeline = await makePipeline(farm, project, {
      jobs: [job('whisper', [shell(script)], { parameters: [{ type: 'string', name: 'TOKEN', value: '', runtime: true }] })],
      pipeline: {
        ...oneTask('whisper', 'whisper'),
        parameters: [{ type: 'secret', name: 'PASSWORD' }],
        stages: [
          {
            key: 'main',
            name: 'Main',
            mode: 'serial',
            tasks: [{ key: 'work', name: 'Work', type: 'build', job: 'whisper', parameters: { TOKEN: '${PASSWORD}' } }],
          },
        ],
      },
      secrets: { PASSWORD: secret },
    });
    const run = await startRun(farm, pipeline.id);
    const ended = await farm.finished(run.id);
    expect(ended.status).to.equal('succeeded');
    const [attempt] = await farm.attempts(run.id, 'work');
    const log = (await farm.log(attempt?.id ?? '')).toString();
    expect(log)
      .to.include(`len ${secret.length}`)
      .and.not.include(secret)
      .and.not.include(Buffer.from(secret).toString('base64').replace(/=+$/, ''));
    expect(JSON.stringify(ended)).to.not.include(secret);
    expect(JSON.stringify(await farm.api.get<Pipeline>(`/pipelines/${pipeline.id}`))).to.not.include(secret);
    expect(filesHolding(farm.folder, secret)).to.deep.equal([]);
  });

  it('X5 a serial stage ends at its first failure, a parallel one lets the others finish; later stages do not run', async () => {
    const project = await makeProject(farm);
    const pipeline = await makePipeline(farm, project, {
      jobs: [job('good', [shell('echo good')]), job('bad', [shell('exit 3')])],
      pipeline: {
        name: 'stages',
        sources: [],
        parameters: [],
        stages: [
          { key: 'wide', name: 'Wide', mode: 'parallel', tasks: [task('a', 'good'), task('b', 'bad'), task('c', 'good')] },
          { key: 'later', name: 'Later', mode: 'serial', tasks: [task('d', 'good')] },
        ],
      },
    });
    const run = await startRun(farm, pipeline.id);
    const ended = await farm.finished(run.id);
    expect(ended.status).to.equal('failed');
    expect(statuses(ended)).to.deep.equal({ a: 'succeeded', b: 'failed', c: 'succeeded', d: 'notRun' });
    const [failed] = await farm.attempts(run.id, 'b');
    expect(failed?.reason).to.deep.include({ code: 'stepFailed' });
    expect(failed?.exitCode).to.equal(3);
  });

  it('X3 G11 stops a run with all its processes, and its always steps still run', async () => {
    const pipeline = await makeScript(farm, '', {
      steps: [
        shell('echo started; (setsid sleep 300 &) ; trap "" TERM; sleep 301', { name: 'Stubborn' }),
        shell('echo cleaned', { name: 'Clean', always: true }),
      ],
    });
    const run = await startRun(farm, pipeline.id);
    const live = await farm.live();
    const attemptId = await firstAttempt(farm, run.id);
    await live.ask({ type: 'watchLog', attemptId, offset: 0 });
    await live.until('the first output', (messages) =>
      messages.some((message) => message.type === 'logBytes' && Buffer.from(message.bytes).includes('started')) ? true : undefined,
    );
    live.close();
    await farm.api.post(`/runs/${run.id}/stop`, {});
    const ended = await farm.finished(run.id);
    expect(ended.status).to.equal('stopped');
    expect((await farm.log(attemptId)).toString()).to.equal('started\ncleaned\n');
    expect(processes('sleep 30[01]')).to.deep.equal([]);
  });

  it('X4 never runs more than the limit at once; further starts wait in order and get their turn', async () => {
    const project = await makeProject(farm);
    const pipeline = await makePipeline(farm, project, {
      jobs: [job('short', [shell('sleep 0.3')])],
      pipeline: { ...oneTask('limited', 'short'), concurrency: { maxRuns: 2, whenFull: 'queue' } },
    });
    const runs = await Promise.all(Array.from({ length: 6 }, () => startRun(farm, pipeline.id)));
    expect(runs.map(({ number }) => number).sort((one, other) => one - other)).to.deep.equal([1, 2, 3, 4, 5, 6]);
    const ended = await Promise.all(runs.map(({ id }) => farm.finished(id)));
    expect(ended.every(({ status }) => status === 'succeeded')).to.equal(true);
    const byNumber = ended.toSorted((a, b) => a.number - b.number);
    expect(mostAtOnce(byNumber)).to.equal(2);
    const starts = byNumber.map(({ startedAt }) => String(startedAt));
    expect(starts).to.deep.equal(starts.toSorted());
    const history = await farm.api.get<Page<RunSummary>>(`/pipelines/${pipeline.id}/runs?days=7`);
    expect(history.items.map(({ number }) => number)).to.deep.equal([6, 5, 4, 3, 2, 1]);
  });

  it('X4 refuses a start past the limit where the pipeline says so', async () => {
    const project = await makeProject(farm);
    const pipeline = await makePipeline(farm, project, {
      jobs: [job('long', [shell('sleep 60')])],
      pipeline: { ...oneTask('refusing', 'long'), concurrency: { maxRuns: 1, whenFull: 'refuse' } },
    });
    const first = await startRun(farm, pipeline.id);
    const refusal = await startRun(farm, pipeline.id).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(refusal).to.be.instanceOf(Refusal);
    expect((refusal as Refusal).problem.code).to.equal('queueRefused');
    await farm.api.post(`/runs/${first.id}/stop`, {});
    expect((await farm.finished(first.id)).status).to.equal('stopped');
  });

  it('G3 says at once why a task can never run, with each agent and what it lacks', async () => {
    const pipeline = await makeScript(farm, 'true', { labels: ['quantum'] });
    const run = await startRun(farm, pipeline.id);
    const attemptId = await firstAttempt(farm, run.id);
    const waiting = await farm.api.get<WaitingView>(`/attempts/${attemptId}/waiting`);
    expect(waiting.impossible).to.equal(true);
    expect(waiting.verdict).to.deep.include({ code: 'noAgentMatches' });
    expect(waiting.agents[0]?.reason).to.deep.equal({ code: 'agentLabelMissing', parameters: { label: 'quantum' } });
    await farm.api.post(`/runs/${run.id}/stop`, {});
    expect((await farm.finished(run.id)).status).to.equal('stopped');
  });

  it('P5 gives an auto-increment value once to each run, also when they start at once', async () => {
    const project = await makeProject(farm);
    const pipeline = await makePipeline(farm, project, {
      jobs: [job('tell', [shell('echo "$V"')], { parameters: [{ type: 'string', name: 'V', runtime: true }] })],
      pipeline: {
        ...oneTask('numbers', 'tell'),
        parameters: [{ type: 'autoIncrement', name: 'VERSION', value: '1.0.8', runtime: true }],
        stages: [
          {
            key: 'main',
            name: 'Main',
            mode: 'serial',
            tasks: [{ key: 'work', name: 'Work', type: 'build', job: 'tell', parameters: { V: '${VERSION}' } }],
          },
        ],
      },
    });
    const runs = await Promise.all([startRun(farm, pipeline.id), startRun(farm, pipeline.id), startRun(farm, pipeline.id)]);
    const values = runs.map((run) => run.parameters.find(({ name }) => name === 'VERSION')?.value);
    expect(values).to.have.members(['1.0.8', '1.0.9', '1.0.10']);
    await Promise.all(runs.map(({ id }) => farm.finished(id)));
  });

  it('C5 exports a pipeline as YAML that imports as an equal one', async () => {
    const pipeline = await makeScript(farm, 'echo one\necho "two"\n');
    const yaml = await (await farm.api.raw('GET', `/pipelines/${pipeline.id}/export`)).text();
    const other = await makeProject(farm);
    const imported = await farm.api.post<{ pipelineId: string }>(`/projects/${other.id}/pipelines/import`, { yaml });
    const copy = await farm.api.get<Pipeline>(`/pipelines/${imported.pipelineId}`);
    expect(copy.definition).to.deep.equal(pipeline.definition);
    expect(await (await farm.api.raw('GET', `/pipelines/${copy.id}/export`)).text()).to.equal(yaml);
  });

  it('X2 a start repeated with its Idempotency-Key is one run', async () => {
    const pipeline = await makeScript(farm, 'true');
    const key = { 'idempotency-key': 'the same start' };
    const [first, second] = await Promise.all([
      farm.api.post<RunView>(`/pipelines/${pipeline.id}/runs`, {}, key),
      farm.api.post<RunView>(`/pipelines/${pipeline.id}/runs`, {}, key),
    ]);
    expect(second.id).to.equal(first.id);
    expect((await farm.finished(first.id)).number).to.equal(1);
  });
});

const task = (key: string, jobName: string) => ({ key, name: key.toUpperCase(), type: 'build', job: jobName }) as const;

const statuses = (run: RunView) => Object.fromEntries(run.stages.flatMap(({ tasks }) => tasks.map(({ key, status }) => [key, status])));

const digest = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');

async function firstAttempt(farm: Farm, runId: string) {
  const live = await farm.live();
  await live.ask({ type: 'watchRun', runId: runId as RunView['id'] });
  const now = await farm.api.get<RunView>(`/runs/${runId}`);
  const idIn = (run: RunView) => run.stages[0]?.tasks[0]?.attemptId;
  const found =
    idIn(now) ??
    (await live.until(
      'the first attempt',
      (messages) => messages.flatMap((message) => (message.type === 'run' ? (idIn(message.run) ?? []) : []))[0],
    ));
  live.close();
  return found;
}

/** The most runs whose times overlap at one moment. */
function mostAtOnce(runs: readonly RunView[]): number {
  return Math.max(
    ...runs.map(
      (run) =>
        runs.filter((other) => (other.startedAt ?? 0) <= (run.startedAt ?? 0) && (run.startedAt ?? 0) < (other.finishedAt ?? 0)).length,
    ),
  );
}

/** Command lines of live processes of this machine that match. */
function processes(pattern: string): readonly string[] {
  const commands = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(commandLine);
  return commands.filter((command) => new RegExp(`^${pattern}$`).test(command));
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

/** Files below a folder that hold this text in clear. */
function filesHolding(folder: string, text: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.parentPath}/${entry.name}`)
    .filter((path) => readFileSync(path).includes(text));
}
