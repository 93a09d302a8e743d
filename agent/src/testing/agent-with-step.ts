import { createShellExecutor } from '../executors/shell/shell-executor.js';
import type { IsolationMode } from '../executors/executor.js';

const modes: readonly IsolationMode[] = ['separateUser', 'namespaces', 'none'];
const [agentMarker = '', workspaceHostPath = '', wanted = ''] = process.argv.slice(2);
const isolation = modes.find((mode) => mode === wanted) ?? 'none';

/** Stands for an agent that is killed while a step runs: tells when the step's daemon is there, then waits for its end. */
const environment = await createShellExecutor({ hidePaths: () => [] }).open({
  attemptId: 'attempt-1',
  agentMarker,
  workspaceHostPath,
  isolation,
  onNotice: () => undefined,
  signal: new AbortController().signal,
});
const argv = ['sh', '-c', 'trap "" HUP; setsid sleep 100000 & echo started; sleep 100000'];
const step = await environment.start({ argv, env: { PATH: process.env['PATH'] ?? '' }, cwd: workspaceHostPath });
step.output.once('data', () => process.stdout.write('started\n'));
await step.exit;
