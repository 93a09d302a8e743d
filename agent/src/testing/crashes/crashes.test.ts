import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { assert } from 'chai';
import { allCrashPoints, type CrashPoint } from '../../crash-points.js';
import { AgentProcess } from '../agent-process.js';
import { freshFolder } from '../folders.js';
import { ModelController } from './model-controller.js';
import { shellStep } from '../specs.js';

/** Not passed by plain work: reached by tests of their own, or (the identity) by `register`. */
const elsewhere = /^agent\.(identity|decline|drop|stop|draining|health|recovery\.journaled)/;

describe('G8 an agent that is killed with kill -9', function () {
  this.timeout(120_000);
  const folder = freshFolder();
  let controller: ModelController;
  const processes: AgentProcess[] = [];

  beforeEach(async () => {
    controller = await ModelController.start([shellStep('one'), shellStep('two')]);
  });
  afterEach(async () => {
    await Promise.all(processes.splice(0).map((agent) => agent.kill()));
    await controller.fake.close();
  });

  function start(crashAt?: string): AgentProcess {
    const agent = new AgentProcess(
      'testing/crashes/crashing-agent.ts',
      [folder.path, controller.fake.url],
      crashAt === undefined ? {} : { DROVER_CRASH_AT: crashAt },
    );
    processes.push(agent);
    return agent;
  }

  /** The task came to a good end, every log is whole, and nothing is left in the agent's folder. */
  async function goesOn(mostAttempts: number): Promise<void> {
    const before = controller.fake.of('hello').length;
    const agent = start();
    await controller.fake.until(() => controller.isDone && controller.fake.of('hello').length > before);
    agent.signal('SIGTERM');
    assert.deepEqual(await agent.ended, { code: 0, signal: null }, agent.output);
    assert.deepEqual(controller.faults, []);
    assert.equal(controller.attempts.at(-1)?.result?.outcome, 'succeeded');
    assert.equal(controller.attempts.at(-1)?.log.toString(), 'one\ntwo\n');
    assert.isAtMost(controller.attempts.length, mostAttempts);
    assert.deepEqual(await readdir(join(folder.path, 'spool')), []);
  }

  for (const point of allCrashPoints.filter((name: CrashPoint) => !elsewhere.test(name))) {
    it(`at ${point} neither loses nor repeats work`, async () => {
      assert.equal((await start(point).ended).signal, 'SIGKILL');
      await goesOn(2);
    });
  }

  it('at agent.recovery.journaled, after a first crash, reports the lost attempt once', async () => {
    await start('agent.step.started').ended;
    assert.equal((await start('agent.recovery.journaled').ended).signal, 'SIGKILL');
    await goesOn(2);
    assert.deepInclude(controller.attempts[0]?.result, {
      outcome: 'lost',
      reason: { code: 'agentCrashed', parameters: { agent: 'tester' } },
    });
  });

  it('at agent.draining.sent comes back for new work', async () => {
    const agent = start('agent.draining.sent');
    await controller.fake.until(() => controller.isDone); // so it is connected and obeys signals
    agent.signal('SIGTERM');
    assert.equal((await agent.ended).signal, 'SIGKILL');
    await goesOn(1);
  });

  it('once at each journal write in turn still gets there', async () => {
    for (const pass of [1, 2, 3, 4, 5]) {
      if (controller.isDone) break;
      await Promise.race([start(`agent.journal.appended:${pass}`).ended, controller.fake.until(() => controller.isDone)]);
    }
    await Promise.all(processes.splice(0).map((agent) => agent.kill()));
    await goesOn(6);
  });
});
