import { Readable } from 'node:stream';
import type { Hands, RunningStep, StepExit } from '@drover/agent/simulated';
import type { AttemptId } from '@drover/protocol';
import type { AttemptSpec } from '@drover/protocol/agent';
import type { Life } from './time/life.js';
import { short } from './time/trace.js';
import type { World } from './world.js';

/** What really happened to an attempt, whatever anybody says of it. */
export interface Deed {
  readonly attemptId: AttemptId;
  readonly agentName: string;
  readonly fencing: number | undefined;
  isUnderWay: boolean;
  /** Its machine was without power since: what no sync had made durable may be gone. */
  isPowerLost: boolean;
  /** Everything its steps printed so far. */
  printed: Buffer[];
  readonly exits: StepExit[];
}

/** Told of what runs where. */
export interface MachineWatcher {
  opened(agentName: string, spec: AttemptSpec): Deed;
  stepBegan(deed: Deed): void;
  powerLost(agentName: string): void;
}

/** The hands of one process of an agent: steps that print known lines, take some time and end somehow. They die with it. */
export function createHands(world: World, agentName: string, life: Life, watcher: MachineWatcher): Hands & { died(): void } {
  const { random, trace } = world;
  const open = new Set<Deed>();
  return {
    async open({ spec, signal }) {
      const deed = watcher.opened(agentName, spec);
      open.add(deed);
      trace?.say(agentName, `begins ${short(spec.attemptId)}`);
      await new Promise<void>((resolve) => void life.after(random.between(1, 40), resolve));
      const running = new Set<RunningStep>();
      signal.addEventListener('abort', () => running.forEach((step) => step.stop(0)));
      const close = (): Promise<void> =>
        new Promise((resolve) => {
          running.forEach((step) => step.stop(0));
          life.after(random.between(0, 20), () => {
            trace?.say(agentName, `has ended ${short(spec.attemptId)}`);
            deed.isUnderWay = false;
            open.delete(deed);
            resolve();
          });
        });
      return {
        environment: {
          workspace: '/workspace',
          hostPath: '/workspace',
          start: () => {
            watcher.stepBegan(deed);
            const step = startStep(world, life, deed);
            running.add(step);
            return Promise.resolve(step);
          },
          close: () => Promise.resolve(),
        },
        close,
      };
    },
    createMasker: () => ({ push: (chunk) => chunk, flush: () => Buffer.alloc(0) }),
    checkout: () => Promise.resolve({ ok: true }),
    upload: () => Promise.resolve({ ok: true }),
    reap: () => Promise.resolve([]),
    close: () => Promise.resolve(),
    died: () => open.forEach((deed) => (deed.isUnderWay = false)),
  };
}

function startStep(world: World, life: Life, deed: Deed): RunningStep {
  const { random, plan, isCalm } = world;
  const output = new Readable({ read: () => undefined });
  const print = (): void => {
    const line = Buffer.from(`${short(deed.attemptId)} prints line ${deed.printed.length}\n`.repeat(random.chance(0.02) ? 3_000 : 1));
    deed.printed.push(line);
    output.push(line);
  };
  let isOver = false;
  let settle: (exit: StepExit) => void = () => undefined;
  const exit = new Promise<StepExit>((resolve) => (settle = resolve));
  const end = (how: StepExit): void => {
    if (isOver) return;
    isOver = true;
    deed.exits.push(how);
    output.push(null);
    settle(how);
  };
  const takesMs = random.next() * (isCalm ? 2_000 : plan.stepMs);
  for (let lines = random.between(0, 3), atMs = 0; lines > 0; lines -= 1) {
    atMs += (random.next() * takesMs) / 3;
    life.after(atMs, () => {
      if (!isOver) print();
    });
  }
  const exitCode = random.chance(0.9) ? 0 : 1;
  life.after(takesMs, () => end({ kind: 'exited', exitCode }));
  return {
    output,
    exit,
    stop: (graceMs) => {
      const isStubborn = random.chance(0.3);
      life.after(isStubborn ? graceMs : random.next() * Math.min(graceMs, 500), () =>
        end({ kind: 'killed', signal: isStubborn ? 'SIGKILL' : 'SIGTERM' }),
      );
    },
  };
}
