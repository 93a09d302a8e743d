import type { AttemptView, RunView } from '@drover/protocol/api';

export interface Bar {
  readonly kind: 'queued' | 'checkout' | 'step' | 'failed';
  readonly from: number;
  readonly to: number;
  readonly name: string;
}

export interface Lane {
  readonly taskKey: string;
  readonly name: string;
  readonly stage: string;
  readonly status: AttemptView['status'];
  readonly bars: readonly Bar[];
}

export interface Timing {
  readonly from: number;
  readonly to: number;
  readonly lanes: readonly Lane[];
  readonly queuedMs: number;
  readonly checkoutMs: number;
  readonly stepsMs: number;
}

/** One lane for each task that was queued: waiting, checkout, steps, of all its attempts. What still runs ends now. */
export function timingOf(run: RunView, attempts: readonly AttemptView[], now: number): Timing | undefined {
  const lanes = run.stages.flatMap((stage) =>
    stage.tasks.flatMap((task): Lane[] => {
      const own = attempts.filter(({ taskKey }) => taskKey === task.key);
      return own.length === 0
        ? []
        : [
            {
              taskKey: task.key,
              name: task.name,
              stage: stage.name,
              status: task.status,
              bars: own.flatMap((attempt) => barsOf(attempt, now)),
            },
          ];
    }),
  );
  const bars = lanes.flatMap((lane) => lane.bars);
  if (bars.length === 0) return undefined;
  const sum = (...kinds: Bar['kind'][]): number =>
    bars.filter(({ kind }) => kinds.includes(kind)).reduce((total, { from, to }) => total + to - from, 0);
  return {
    from: Math.min(run.queuedAt, ...bars.map(({ from }) => from)),
    to: Math.max(...bars.map(({ to }) => to)),
    lanes,
    queuedMs: sum('queued'),
    checkoutMs: sum('checkout'),
    stepsMs: sum('step', 'failed'),
  };
}

function barsOf(attempt: AttemptView, now: number): Bar[] {
  const begun = attempt.startedAt ?? attempt.finishedAt ?? now;
  const queued: Bar = { kind: 'queued', from: attempt.queuedAt, to: Math.max(attempt.queuedAt, begun), name: '' };
  const steps = attempt.steps.flatMap((step): Bar[] => {
    if (step.startedAt === undefined || step.state === 'skipped') return [];
    const bad = step.state === 'finished' && step.outcome !== 'succeeded' && step.outcome !== 'skipped';
    return [
      {
        kind: bad ? 'failed' : step.index === 0 && /check ?out|检出/i.test(step.name) ? 'checkout' : 'step',
        from: step.startedAt,
        to: step.finishedAt ?? attempt.finishedAt ?? now,
        name: step.name,
      },
    ];
  });
  return [queued, ...steps];
}

/** Round times for the axis: at most 8 of them. */
export function ticks(lengthMs: number): number[] {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1_800, 3_600, 7_200, 14_400, 43_200].map((seconds) => seconds * 1_000);
  const step = steps.find((each) => lengthMs / each <= 8) ?? lengthMs / 8;
  return Array.from({ length: Math.floor(lengthMs / step) + 1 }, (_, i) => i * step);
}
