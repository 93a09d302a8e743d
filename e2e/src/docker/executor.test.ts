import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { makeScript, startRun } from '../testing/definitions.js';
import { busybox as image, startDocker, type Docker } from '../testing/docker.js';
import { Farm } from '../testing/farm.js';

describe('G10 the Docker executor, end to end', function () {
  this.timeout(120_000);
  let docker: Docker;
  let farm: Farm;
  before(async function () {
    docker = await startDocker(this);
    farm = await Farm.start();
    await farm.addAgent({ name: 'docker', env: { DOCKER_HOST: docker.host } });
  });
  after(async () => {
    await farm?.close();
    await docker?.close();
  });

  it('runs each attempt in a container of its own, to the last byte, and removes it', async () => {
    const pipeline = await makeScript(farm, '', {
      executor: { type: 'docker', image, pull: 'never', memoryMb: 64, cpus: 1, network: 'none' },
      steps: [
        { type: 'shell', name: 'Count', shell: 'sh', script: 'seq 1 20000; touch kept' },
        {
          type: 'shell',
          name: 'Look',
          shell: 'sh',
          script: 'ls; cat /proc/1/comm >/dev/null && test ! -e /var/run/docker.sock && echo apart',
        },
      ],
    });
    const run = await farm.finished((await startRun(farm, pipeline.id)).id);
    const [attempt] = await farm.attempts(run.id, 'work');
    const log = await farm.log(attempt?.id ?? '');
    expect(run.status, `${JSON.stringify(attempt?.reason)} ${log.toString().slice(-500)}`).to.equal('succeeded');
    const expected = `${Array.from({ length: 20_000 }, (_, index) => index + 1).join('\n')}\nkept\napart\n`;
    expect(createHash('sha256').update(log).digest('hex')).to.equal(createHash('sha256').update(expected).digest('hex'));
    expect(await docker.docker('ps', '-aq')).to.equal('');
  });

  it('X3 is stopped with everything in it', async () => {
    const pipeline = await makeScript(farm, '', {
      executor: { type: 'docker', image, pull: 'never', network: 'none' },
      steps: [{ type: 'shell', name: 'Stubborn', shell: 'sh', script: 'trap "" TERM; echo on; while :; do sleep 1; done' }],
    });
    const run = await startRun(farm, pipeline.id);
    const live = await farm.live();
    await live.ask({ type: 'watchLog', attemptId: `${run.id}.work.1` as never, offset: 0 });
    await live.until('the first output', (messages) =>
      messages.some((message) => message.type === 'logBytes' && Buffer.from(message.bytes).includes('on')) ? true : undefined,
    );
    live.close();
    await farm.api.post(`/runs/${run.id}/stop`, {});
    expect((await farm.finished(run.id)).status).to.equal('stopped');
    expect(await docker.docker('ps', '-aq')).to.equal('');
  });

  it('says why when the image is not available', async () => {
    const pipeline = await makeScript(farm, 'true', {
      executor: { type: 'docker', image: 'nowhere/at-all:1', pull: 'never', network: 'none' },
    });
    const run = await farm.finished((await startRun(farm, pipeline.id)).id);
    expect(run.status).to.equal('failed');
    const [attempt] = await farm.attempts(run.id, 'work');
    expect(JSON.stringify(attempt?.reason)).to.include('nowhere/at-all:1');
  });
});
