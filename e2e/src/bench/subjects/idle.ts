import { join } from 'node:path';
import type { Farm } from '../../testing/farm.js';
import { manyRegistrations, SimulatedAgents } from '../../testing/simulated/simulated-agents.js';
import { delay, memoryOf, processorMsOf } from '../harness/processes.js';
import type { Stage, Subject } from '../harness/stage.js';
import { commitsOf } from '../harness/commits.js';

const crowd = 1_000;
/** After a start or a crowd's arrival, until what they caused is over and memory was tidied up. */
const settleMs = 10_000;
const watchMs = 15_000;
/** After a start and its first sign-in. */
const freshMs = 2_000;

/** What a farm costs that does nothing. */
export const idleSubject: Subject = {
  name: 'idle',
  figures: ['fresh-start', 'controller-idle', 'controller-memory', 'memory-per-agent', 'idle-writes', 'idle-processor'],
  limitMs: 300_000,
  async measure(stage) {
    if (stage.wants('fresh-start', 'controller-idle')) await measureFresh(stage);
    if (!stage.wants('controller-memory', 'memory-per-agent', 'idle-writes', 'idle-processor')) return;
    const farm = await stage.farm({ env: manyRegistrations });
    await delay(settleMs);
    const alone = memoryOf(farm.controller.pid).residentBytes;
    stage.record('controller-memory', alone / 1_000_000);
    if (!stage.wants('memory-per-agent', 'idle-writes', 'idle-processor')) return;
    stage.say(`connecting ${crowd} simulated agents`);
    const agents = await SimulatedAgents.register(farm, { count: crowd });
    stage.owns(() => agents.close());
    await restart(farm); // what registrations left in memory is no part of it
    await delay(settleMs);
    const before = memoryOf(farm.controller.pid).residentBytes;
    await agents.connect();
    await delay(settleMs);
    stage.record('memory-per-agent', (memoryOf(farm.controller.pid).residentBytes - before) / crowd / 1_000);
    await watchIdle(stage, farm);
  },
};

/** New farms: how soon somebody has signed in for the first time, and what the controller does in its first idle seconds. */
async function measureFresh(stage: Stage): Promise<void> {
  for (let round = 1; round <= stage.rounds; round += 1) {
    stage.say(`a new farm, round ${round} of ${stage.rounds}`);
    const started = performance.now();
    const farm = await stage.farm();
    stage.record('fresh-start', performance.now() - started);
    await delay(freshMs);
    const [since, before] = [performance.now(), processorMsOf(farm.controller.pid)];
    await delay(settleMs);
    stage.record('controller-idle', ((processorMsOf(farm.controller.pid) - before) * 1_000) / (performance.now() - since));
    await farm.close();
  }
}

async function restart(farm: Farm): Promise<void> {
  await farm.controller.stop();
  await farm.restartController();
}

async function watchIdle(stage: Stage, farm: Farm): Promise<void> {
  const store = join(farm.folder, 'controller', 'store');
  for (let round = 1; round <= stage.rounds; round += 1) {
    stage.say(`idle for ${watchMs / 1_000} s, round ${round} of ${stage.rounds}`);
    const [started, processor, commits] = [performance.now(), processorMsOf(farm.controller.pid), await commitsOf(store)];
    await delay(watchMs);
    const tookMs = performance.now() - started;
    stage.record('idle-processor', ((processorMsOf(farm.controller.pid) - processor) / tookMs) * 100);
    stage.record('idle-writes', ((await commitsOf(store)) - commits) / (tookMs / 1_000));
  }
}
