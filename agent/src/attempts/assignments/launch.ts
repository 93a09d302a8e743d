import { createHash } from 'node:crypto';
import type { AttemptResult, AttemptSpec, StepRecord } from '@drover/protocol/agent';
import { crashPoint } from '../../crash-points.js';
import { messageOf } from '../../shared/logger.js';
import type { LogFile } from '../../spool/log-file.js';
import type { AssignmentPorts } from './assignment-ports.js';
import { Attempt } from '../attempt.js';
import type { Starting } from './held.js';

export type Launched =
  | { readonly ok: true; readonly attempt: Attempt; readonly file: LogFile }
  | { readonly ok: false; readonly detail: string };

/** Opens the log and writes down that the attempt starts; only after that may anything of it run. */
export async function launch(
  ports: AssignmentPorts,
  { attemptId, fencing }: Starting,
  spec: AttemptSpec,
  onSteps: (steps: StepRecord[]) => void,
): Promise<Launched> {
  const startedAt = ports.clock.now();
  try {
    const file = await ports.spool.create(attemptId, spec.logLimitBytes);
    try {
      await ports.journal.append({ type: 'started', attemptId, fencing, startedAt, process: ports.process, steps: [] });
    } catch (error) {
      await file.close();
      throw error;
    }
    crashPoint('agent.start.journaled');
    const { hands, clock, agentName, baseEnvironment } = ports;
    const attempt = new Attempt({
      spec,
      fencing,
      agentName: agentName(),
      baseEnvironment: baseEnvironment(spec.executor.type),
      hands,
      clock,
      file,
      startedAt,
      onSteps: (steps) => onSteps([...steps]),
    });
    return { ok: true, attempt, file };
  } catch (error) {
    return { ok: false, detail: messageOf(error).slice(0, 2_000) };
  }
}

/** The result of an attempt that could not even be written down: lost, so that the policy may run it elsewhere. */
export function unlaunched(ports: AssignmentPorts, detail: string): AttemptResult {
  const now = ports.clock.now();
  const log = { sizeBytes: 0, sha256: createHash('sha256').digest('hex'), cut: false };
  return {
    outcome: 'lost',
    reason: { code: 'agentRefused', parameters: { agent: ports.agentName(), detail } },
    startedAt: now,
    finishedAt: now,
    steps: [],
    log,
    warnings: [],
  };
}
