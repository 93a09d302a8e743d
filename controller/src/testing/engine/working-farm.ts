import { assert } from 'chai';
import type { DefinitionSnapshot, RecoveryPolicy } from '@drover/protocol/definition';
import { sampleDefinition } from '../../domain/runs/fixtures.js';
import { Farm, type FarmOptions } from './farm.js';

/** A pipeline of one task with this policy. */
export const withRecovery = (waitSeconds: number, then: RecoveryPolicy['then']): DefinitionSnapshot => {
  const base = sampleDefinition([{ tasks: ['a'] }]);
  const stages = base.pipeline.stages.map((stage) => ({
    ...stage,
    tasks: stage.tasks.map((task) => ({ ...task, recovery: { waitSeconds, then } })),
  }));
  return { ...base, pipeline: { ...base.pipeline, stages } };
};

/** A farm whose one agent has just taken the one task. */
export async function working(definition: DefinitionSnapshot, options: FarmOptions = {}) {
  const farm = await new Farm(definition, options).open();
  const agent = await farm.addAgent('drover-1');
  await agent.connect();
  const runId = await farm.start();
  await agent.accept();
  await farm.time.advance(300);
  return { farm, agent, runId, held: agent.held[0] ?? assert.fail() };
}
