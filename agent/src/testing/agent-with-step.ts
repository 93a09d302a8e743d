import { createShellExecutor } from '../executors/shell/shell-executor.js';
import type { IsolationMode } from '../executors/executor.js';
import { readChildren } from '../processes/process-table.js';
import { withoutForks } from './process-limit.js';

const modes: readonly IsolationMode[] = ['separateUser', 'namespaces', 'none'];
const [agentMarker = '', workspaceHostPath = '', wanted = '', starved] = process.argv.slice(2);
const isolation = modes.find((mode) => mode === wanted) ?? 'none';
const executor = createShellExecutor({ hidePaths: () => [] });
const open = (attemptId: string) => {
  const attempt = { attemptId, agentMarker, workspaceHostPath, isolation };
  return executor.open({ ...attempt, onNotice: () => undefined, signal: new AbortController().signal });
};

/** Stands for an agent that is killed while a step runs, with `starved` after its ground could begin no process: tells when the step's daemon is there, then waits for its end. */
const environment = await open('attempt-1');
const argv = ['sh', '-c', 'trap "" HUP; setsid sleep 100000 & echo started; sleep 100000'];
const step = await environment.start({ argv, env: { PATH: process.env['PATH'] ?? '' }, cwd: workspaceHostPath });
step.output.once('data', () => void tell());
await step.exit;

async function tell(): Promise<void> {
  const [ground = 0] = readChildren(process.pid);
  if (starved !== undefined) await withoutForks(ground, () => open('attempt-2'));
  process.stdout.write('started\n');
}
