import type { AttemptId } from '@drover/protocol';
import type { AgentView, RunView } from '@drover/protocol/api';
import type { Farm } from '../../testing/farm.js';

/** Resolves once the farm's list of agents satisfies this; it is looked at again with each change of one. */
export async function agentsUntil(farm: Farm, satisfies: (agents: readonly AgentView[]) => boolean, limitMs = 60_000): Promise<void> {
  const live = await farm.live();
  try {
    await live.ask({ type: 'watchAgents' });
    const agents = new Map((await farm.api.get<readonly AgentView[]>('/agents')).map((agent) => [agent.id, agent]));
    await live.until(
      'agents',
      (messages) => {
        for (const message of messages) {
          if (message.type === 'agent' && message.agent.revision >= (agents.get(message.agent.id)?.revision ?? 0))
            agents.set(message.agent.id, message.agent);
        }
        return satisfies([...agents.values()]) ? true : undefined;
      },
      limitMs,
    );
  } finally {
    live.close();
  }
}

export const isConnected = ({ status }: AgentView): boolean => status !== 'silent';

/** Resolves once so many agents are connected. */
export const connected = (farm: Farm, count: number, limitMs?: number): Promise<void> =>
  agentsUntil(farm, (agents) => agents.filter(isConnected).length >= count, limitMs);

/** Resolves with the id of the first attempt of a run's task, once there is one. */
export async function firstAttempt(farm: Farm, run: RunView, taskKey: string): Promise<AttemptId> {
  const live = await farm.live();
  try {
    await live.ask({ type: 'watchRun', runId: run.id });
    return await live.until(`an attempt of ${taskKey}`, (messages) => {
      const newest = messages.findLast((message) => message.type === 'run');
      const tasks = newest?.type === 'run' ? newest.run.stages.flatMap((stage) => stage.tasks) : [];
      return tasks.find(({ key }) => key === taskKey)?.attemptId;
    });
  } finally {
    live.close();
  }
}

/** Resolves once the first attempt of a run's task has printed this. */
export async function untilPrinted(farm: Farm, run: RunView, { taskKey, text }: { taskKey: string; text: string }): Promise<void> {
  const attemptId = await firstAttempt(farm, run, taskKey);
  const live = await farm.live();
  try {
    const reply = await live.ask({ type: 'watchLog', attemptId, offset: 0 });
    if (!reply.ok) throw new Error(reply.detail);
    await live.until(`the output ${text}`, (messages) =>
      messages.some((message) => message.type === 'logBytes' && Buffer.from(message.bytes).includes(text)) ? true : undefined,
    );
  } finally {
    live.close();
  }
}
