import { attemptMarkVariable } from '../executors/executor.js';
import { killAll, removeGroups } from './attempt-processes.js';
import { groupMembers, groupName, groupPrefix, listGroups } from './cgroups.js';
import { readProcesses, readVariable } from './process-table.js';

/** Kills the processes of attempts that an earlier process of this agent ran; returns one line for each attempt. */
export async function reapProcesses(agentMarker: string, keep: ReadonlySet<string>): Promise<readonly string[]> {
  const kept = new Set([...keep].map((attemptId) => groupName(agentMarker, attemptId)));
  const prefix = groupPrefix(agentMarker);
  const groups = listGroups(prefix).filter(({ rest }) => !kept.has(prefix + rest));
  const found = new Set<string>();
  for (const { pid } of readProcesses()) {
    const mark = readVariable(pid, attemptMarkVariable);
    if (mark?.startsWith(`${agentMarker}/`) !== true) continue;
    const attemptId = mark.slice(agentMarker.length + 1);
    if (!keep.has(attemptId)) found.add(attemptId);
  }
  const removed: string[] = [];
  for (const { folder, rest } of groups) if (groupMembers(folder).length > 0) found.add(rest);
  for (const attemptId of found) {
    const own = groups.filter(({ rest }) => prefix + rest === groupName(agentMarker, attemptId)).map(({ folder }) => folder);
    await killAll(scopeOf(`${agentMarker}/${attemptId}`, own), { spare: false });
    removed.push(`processes of attempt ${attemptId}`);
  }
  await removeGroups(groups.map(({ folder }) => folder));
  return removed;
}

const scopeOf = (mark: string, groups: readonly string[]) => ({
  mark,
  groups,
  spared: new Set<number>(),
  leaders: new Set<number>(),
  strays: new Map<number, number>(),
});
