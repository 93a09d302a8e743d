import type { Task } from '@drover/protocol/definition';
import type { Context } from './context.js';
import { maxFaults, type FieldFault } from './fault.js';
import { taskFaults } from './tasks.js';

/** More tasks than this would make a run's document too large. */
const maxTasks = 2_000;

/** Keys unique over the whole pipeline, and each task for itself. Messages name stage and task. */
export function stageFaults(context: Context): readonly FieldFault[] {
  const { stages } = context.definition;
  const stageKeys = new Set<string>();
  const taskKeys = new Set<string>();
  const tasks = stages.reduce((sum, stage) => sum + stage.tasks.length, 0);
  if (tasks > maxTasks) return [{ path: '/stages', message: `a pipeline has at most ${maxTasks} tasks` }];
  const faults: FieldFault[] = [];
  for (const [index, stage] of stages.entries()) {
    const place = `/stages/${index}`;
    if (stageKeys.has(stage.key))
      faults.push({ path: `${place}/key`, message: `stage “${stage.name}”: “${stage.key}” is the key of another stage already` });
    stageKeys.add(stage.key);
    for (const [number, task] of stage.tasks.entries()) {
      if (faults.length >= maxFaults) return faults;
      const where = { path: `${place}/tasks/${number}`, words: `stage “${stage.name}”, task “${task.name}”` };
      if (taskKeys.has(task.key))
        faults.push({ path: `${where.path}/key`, message: `${where.words}: “${task.key}” is the key of another task already` });
      taskKeys.add(task.key);
      faults.push(...named(task, context, where));
    }
  }
  return faults;
}

const named = (task: Task, context: Context, where: { path: string; words: string }): readonly FieldFault[] =>
  taskFaults(task, context).map(({ path, message }) => ({ path: where.path + path, message: `${where.words}: ${message}` }));
