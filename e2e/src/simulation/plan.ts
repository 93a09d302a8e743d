import { sampleDefinition, sampleJob } from '@drover/controller/simulated';
import type { DefinitionSnapshot, RecoveryPolicy } from '@drover/protocol/definition';
import type { Random } from './world/random.js';

/** What kind of history it is to be; drawn from the seed. */
export interface Plan {
  readonly controllers: number;
  /** One controller at a time may use the store, as with the embedded one. */
  readonly isExclusive: boolean;
  readonly agents: number;
  readonly acts: number;
  /** Between two acts, on average. */
  readonly pauseMs: number;
  /** Chance of an act to follow the one before it within milliseconds. */
  readonly haste: number;
  /** Messages may overtake each other, come twice, or not at all. */
  readonly isUnordered: boolean;
  /** Chance of a call to the store to take long, up to seconds. */
  readonly slowCalls: number;
  /** Chance of a call to the store to fail. */
  readonly callFaults: number;
  /** Chance of an operation of an agent's disk to fail. */
  readonly diskFaults: number;
  /** Longest that a step runs. */
  readonly stepMs: number;
  readonly isWide: boolean;
  /** Calamities are put together on purpose that chance hardly ever brings together. */
  readonly isFated: boolean;
  readonly weights: Readonly<Record<ActName, number>>;
}

export type ActName =
  | 'start'
  | 'stop'
  | 'ambush'
  | 'changePipeline'
  | 'changeAgent'
  | 'removeAgent'
  | 'drainAgent'
  | 'crashAgent'
  | 'agentAway'
  | 'cut'
  | 'stall'
  | 'crashController'
  | 'crashControllerAtPoint'
  | 'lastWord'
  | 'doom'
  | 'restartController'
  | 'outage'
  | 'jumpClock'
  | 'watchLog';

const usual: Readonly<Record<Exclude<ActName, 'doom'>, number>> = {
  start: 10,
  stop: 3,
  ambush: 5,
  changePipeline: 1,
  changeAgent: 1.5,
  removeAgent: 0.3,
  drainAgent: 0.5,
  crashAgent: 2,
  agentAway: 1.5,
  cut: 2,
  stall: 1.5,
  crashController: 1,
  crashControllerAtPoint: 2,
  lastWord: 1.5,
  restartController: 0.7,
  outage: 1,
  jumpClock: 1.5,
  watchLog: 0.5,
};

/** Every fourth history is a fated one. */
export function planOf(random: Random, seed: number): Plan {
  const controllers = random.chance(0.8) ? 1 : random.between(2, 3);
  const isWide = random.chance(0.004);
  const isFated = seed % 4 === 3;
  return {
    controllers,
    isExclusive: controllers === 1 && random.chance(0.6),
    agents: random.between(1, 3),
    acts: isWide ? random.between(4, 10) : random.between(4, 22),
    pauseMs: [200, 2_000, 15_000, 60_000][random.below(4)] ?? 2_000,
    haste: random.chance(0.5) ? 0 : random.next() * 0.7,
    isUnordered: random.chance(0.3),
    slowCalls: random.chance(0.6) ? 0.01 : random.next() * 0.25,
    callFaults: random.chance(0.5) ? 0 : random.next() * 0.06,
    diskFaults: random.chance(0.85) ? 0 : random.next() * 0.03,
    stepMs: [50, 3_000, 40_000, 400_000][random.below(4)] ?? 3_000,
    isWide,
    isFated,
    weights: { ...weightsOf(random), doom: isFated ? usual.ambush : 0 },
  };
}

/** Each history has its own troubles: some kinds come often, some not at all. */
function weightsOf(random: Random): Record<keyof typeof usual, number> {
  const weights = { ...usual };
  for (const name of Object.keys(usual) as Array<keyof typeof usual>)
    if (name !== 'start') weights[name] *= random.chance(0.4) ? 0 : random.next() * 2;
  return weights;
}

const waits = [0, 2, 30, 120, 600] as const;

/** A pipeline as somebody might write it. */
export function drawDefinition(random: Random, plan: Plan): DefinitionSnapshot {
  const stageCount = plan.isWide ? random.between(1, 2) : random.between(1, 3);
  const widest = plan.isWide ? random.between(60, 256 / stageCount) : random.chance(0.1) ? 8 : 3;
  const stages = Array.from({ length: stageCount }, (_, stage) => ({
    mode: random.chance(plan.isWide ? 0 : 0.5) ? ('serial' as const) : ('parallel' as const),
    tasks: Array.from({ length: plan.isWide ? widest : random.between(1, widest) }, (_task, task) => `t${stage}-${task}`),
    ...(random.chance(0.1) ? { alwaysRun: true } : {}),
  }));
  const isCounting = random.chance(0.2);
  const sketch = sampleDefinition(stages, {
    concurrency: { maxRuns: random.between(1, 3), whenFull: random.chance(0.9) ? 'queue' : 'refuse' },
    ...(random.chance(0.15) ? { queueLimitSeconds: random.between(5, 900) } : {}),
    ...(isCounting ? { parameters: [{ type: 'autoIncrement', name: 'VERSION', value: '1.0.0', runtime: true }] } : {}),
    ...(random.chance(0.15) ? { sources: [{ type: 'git', url: 'https://git.example/orders.git', defaultBranch: 'main' }] } : {}),
  });
  const recovery = (): RecoveryPolicy => ({ waitSeconds: random.pick(waits) ?? 30, then: random.chance(0.8) ? 'rerun' : 'fail' });
  const shared = recovery();
  return {
    ...sketch,
    jobs: [{ ...sampleJob, steps: stepsOf(random), parameters: isCounting ? [{ type: 'string', name: 'WHAT', runtime: true }] : [] }],
    pipeline: {
      ...sketch.pipeline,
      stages: sketch.pipeline.stages.map((stage) => ({
        ...stage,
        tasks: stage.tasks.map((task) => ({
          ...task,
          recovery: plan.isWide ? shared : recovery(),
          ...(isCounting ? { parameters: { WHAT: 'build ${VERSION}' } } : {}),
          ...(random.chance(0.1) ? { labels: ['special'] } : {}),
          ...(random.chance(0.1) ? { timeoutSeconds: random.between(1, 60) } : {}),
        })),
      })),
    },
  };
}

function stepsOf(random: Random): DefinitionSnapshot['jobs'][number]['steps'] {
  return Array.from({ length: random.chance(0.7) ? 1 : 2 }, (_, index) => ({
    type: 'shell',
    name: `Step ${index}`,
    script: 'make',
    ...(index === 1 && random.chance(0.5) ? { always: true } : {}),
    ...(random.chance(0.05) ? { continueOnError: true } : {}),
  }));
}
