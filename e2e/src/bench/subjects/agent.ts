import { memoryOf, delay } from '../harness/processes.js';
import type { Subject } from '../harness/stage.js';

const settleMs = 5_000;

/** What an agent that waits for work takes of its machine, and how soon it is there. */
export const agentSubject: Subject = {
  name: 'agent',
  figures: ['agent-memory', 'agent-start'],
  limitMs: 120_000,
  async measure(stage) {
    const farm = await stage.farm();
    const name = await farm.addAgent({ slots: 2 });
    for (let round = 1; round <= stage.rounds; round += 1) {
      await farm.agents.get(name)?.stop();
      stage.say(`round ${round} of ${stage.rounds}`);
      const started = performance.now();
      const agent = await farm.startAgent(name);
      stage.record('agent-start', performance.now() - started);
      await delay(settleMs);
      stage.record('agent-memory', memoryOf(agent.pid).residentBytes / 1_000_000);
    }
  },
};
