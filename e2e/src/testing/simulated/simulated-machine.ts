import { createHash } from 'node:crypto';
import type { Instant, Outcome } from '@drover/protocol';
import { productVersion, protocolVersion } from '@drover/protocol';
import type { AgentFacts, AgentMessage, AttemptResult, AttemptSpec, HeldAttempt } from '@drover/protocol/agent';

/** What every simulated machine says of itself. */
export const simulatedFacts: AgentFacts = {
  productVersion,
  os: 'linux',
  arch: 'x64',
  hostname: 'simulated',
  cpus: 4,
  memoryMb: 8_192,
  automaticLabels: ['os:linux'],
  executors: ['shell'],
  isolation: 'namespaces',
};

type Hello = Extract<AgentMessage, { type: 'hello' }>;

export function helloOf(said: { readonly slots: number; readonly bootNonce: string; readonly attempts: readonly HeldAttempt[] }): Hello {
  return {
    type: 'hello',
    protocolVersion,
    capabilities: [],
    labels: [],
    facts: simulatedFacts,
    health: { healthy: true, reasons: [], loadPercent: 1, freeMemoryMb: 4_096, freeDiskMb: 100_000 },
    slots: said.slots,
    bootNonce: said.bootNonce,
    attempts: [...said.attempts],
  };
}

const outcomeReasons = { failed: 'stepFailed', timedOut: 'taskTimedOut', stopped: 'stopped', lost: 'agentCrashed' } as const;

/** The result of an attempt that printed these bytes and ended now. */
export function resultOf({
  spec,
  startedAt,
  printed,
  outcome,
}: {
  readonly spec: AttemptSpec;
  readonly startedAt: Instant;
  readonly printed: Uint8Array;
  readonly outcome: Exclude<Outcome, 'skipped'>;
}): AttemptResult {
  const finishedAt = Math.max(Date.now(), startedAt);
  return {
    outcome,
    ...(outcome === 'succeeded' ? { exitCode: 0 } : { reason: { code: outcomeReasons[outcome] } }),
    startedAt,
    finishedAt,
    steps: spec.steps.map((step, index) => ({
      index,
      name: step.name,
      state: 'finished',
      outcome,
      startedAt,
      finishedAt,
      startOffset: 0,
      endOffset: printed.length,
    })),
    log: { sizeBytes: printed.length, sha256: digestOf(printed), cut: false },
    warnings: [],
  };
}

const emptyDigest = createHash('sha256').digest('hex');
const digestOf = (bytes: Uint8Array): string => (bytes.length === 0 ? emptyDigest : createHash('sha256').update(bytes).digest('hex'));
