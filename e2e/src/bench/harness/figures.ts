import type { FloorName } from './floors.js';

/** A figure that is measured: what it is, and what is aimed at. */
export interface Figure {
  readonly text: string;
  readonly unit: string;
  readonly better: 'lower' | 'higher';
  readonly target: FloorTarget | FixedTarget;
}

/** So many times the floor, which is a sum of what the machine itself needs: it means the same on a slow machine and a fast one. */
export interface FloorTarget {
  readonly floor: Readonly<Partial<Record<FloorName, number>>>;
  readonly ratio: number;
}

/** The same on any machine: a count, or a ratio already. */
interface FixedTarget {
  readonly fixed: number;
}

// What a start cannot do without: its number, its run and its claim are durable one after the other, a process begins, and
// request, offer, accept, yes, first frame and live event travel.
const start = { sync: 3, process: 1, trip: 6 } as const;
const noOp = { sync: 5, process: 1, trip: 8 } as const;
/** A task's shell, its terminal's settings, what keeps it apart: what an isolated attempt begins at least. */
const isolated = { process: 6 } as const;

/** Every figure by its name, for the embedded store and everything durable. */
// prettier-ignore
export const figures = {
  'first-byte-p50':      { text: 'start of a run by API → first log byte at a client, idle, p50',   unit: 'ms',           better: 'lower',  target: { floor: start, ratio: 12 } },
  'first-byte-p95':      { text: 'the same, p95',                                                   unit: 'ms',           better: 'lower',  target: { floor: start, ratio: 24 } },
  'first-byte-500-p95':  { text: 'the same with 500 connected agents, p95',                         unit: 'ms',           better: 'lower',  target: { floor: start, ratio: 30 } },
  'no-op-p50':           { text: 'start → finished for a no-op task, p50',                          unit: 'ms',           better: 'lower',  target: { floor: noOp, ratio: 15 } },
  'wide-run':            { text: 'no-op tasks, one wide run, simulated agents over real sockets',   unit: 'tasks/s',      better: 'higher', target: { floor: { answers: 1 }, ratio: 0.06 } },
  'single-runs':         { text: 'runs of a single task, simulated agents',                         unit: 'runs/s',       better: 'higher', target: { floor: { answers: 1 }, ratio: 0.02 } },
  'real-agents':         { text: 'no-op tasks, 8 real agents × 4 slots, real processes',            unit: 'tasks/s',      better: 'higher', target: { floor: isolated, ratio: 0.4 } },
  'log-one':             { text: 'log from a process to stored and visible, one attempt',           unit: 'MB/s',         better: 'higher', target: { floor: { terminal: 1 }, ratio: 0.4 } },
  'log-eight':           { text: 'the same, eight at once',                                         unit: 'MB/s',         better: 'higher', target: { floor: { terminal: 1 }, ratio: 0.5 } },
  'line-idle':           { text: 'a log line visible, otherwise idle, p95',                         unit: 'ms',           better: 'lower',  target: { fixed: 50 } },
  'line-busy':           { text: 'a log line visible, eight busy logs beside it, p95',              unit: 'ms',           better: 'lower',  target: { fixed: 200 } },
  'package-up':          { text: 'package of 2 GB uploaded, against a bare server',                    unit: '×',            better: 'higher', target: { fixed: 0.6 } },
  'package-down':        { text: 'package of 2 GB downloaded, against a bare server',                  unit: '×',            better: 'higher', target: { fixed: 0.6 } },
  'checkout-first':     { text: 'first checkout of a repository, against git clone',                   unit: '×',            better: 'lower',  target: { fixed: 1.3 } },
  'checkout-again':     { text: 'another one on the same agent, against git clone',                    unit: '×',            better: 'lower',  target: { fixed: 0.3 } },
  'checkout-newer':     { text: 'the same of a newer commit, against git clone',                       unit: '×',            better: 'lower',  target: { fixed: 0.4 } },
  'checkout-depth':     { text: 'first checkout of depth 1, against git clone --depth 1',              unit: '×',            better: 'lower',  target: { fixed: 1.3 } },
  'package-memory':      { text: 'controller’s memory grows meanwhile by at most',                  unit: 'MB',           better: 'lower',  target: { fixed: 64 } },
  'controller-memory':   { text: 'controller’s memory, idle',                                       unit: 'MB',           better: 'lower',  target: { floor: { memory: 1 }, ratio: 3 } },
  'controller-idle':     { text: 'controller’s processor time, idle, shortly after its start',      unit: 'ms/s',         better: 'lower',  target: { fixed: 3 } },
  'memory-per-agent':    { text: 'controller’s memory per idle agent, 1,000 connected',             unit: 'KB',           better: 'lower',  target: { floor: { socket: 1 }, ratio: 4 } },
  'idle-writes':         { text: 'writes of the store, idle with 1,000 agents',                     unit: '/s',           better: 'lower',  target: { fixed: 1 } },
  'idle-processor':      { text: 'controller’s processor time, idle with 1,000 agents',             unit: '% of a core',  better: 'lower',  target: { floor: { pings: 1 }, ratio: 2 } },
  'agent-memory':        { text: 'agent’s memory, idle',                                            unit: 'MB',           better: 'lower',  target: { floor: { memory: 1 }, ratio: 1.4 } },
  'agent-start':         { text: 'agent’s start-up to connected',                                   unit: 'ms',           better: 'lower',  target: { floor: { node: 1 }, ratio: 6 } },
  'fresh-start':         { text: 'controller’s first start to its first sign-in',                   unit: 'ms',           better: 'lower',  target: { floor: { node: 1 }, ratio: 14 } },
  'controller-start':    { text: 'controller’s start to ready, 100,000 old runs in the store',      unit: 'ms',           better: 'lower',  target: { floor: { node: 1 }, ratio: 25 } },
  'run-list':            { text: 'run list by API, 100,000 runs, p95',                              unit: 'ms',           better: 'lower',  target: { floor: { answer: 1 }, ratio: 140 } },
  'run-detail':          { text: 'run detail by API, 100,000 runs, p95',                            unit: 'ms',           better: 'lower',  target: { floor: { answer: 1 }, ratio: 60 } },
  'store-update':        { text: 'store: findOneAndUpdate, 32 callers',                             unit: '/s',           better: 'higher', target: { floor: { answers: 1 }, ratio: 0.6 } },
  'store-insert':        { text: 'store: insertOne, 32 callers',                                    unit: '/s',           better: 'higher', target: { floor: { answers: 1 }, ratio: 0.7 } },
  'store-claim':         { text: 'store: claim of a queue’s head among 100,000',                    unit: '/s',           better: 'higher', target: { floor: { answers: 1 }, ratio: 0.3 } },
  'first-paint':         { text: 'run page of a log of a million lines, first paint of lines',      unit: 'ms',           better: 'lower',  target: { floor: { page: 1 }, ratio: 8 } },
  'scroll':              { text: 'scrolling through it in Chromium',                                unit: 'frames/s',     better: 'higher', target: { fixed: 50 } },
} as const satisfies Readonly<Record<string, Figure>>;

export type FigureName = keyof typeof figures;
export const figureNames = Object.keys(figures).filter((name): name is FigureName => Object.hasOwn(figures, name));
export const figureOf = (name: FigureName): Figure => figures[name];

/** The floors that the targets of these figures rest on. */
export function floorsOf(names: readonly FigureName[]): ReadonlySet<FloorName> {
  return new Set(
    names.flatMap((name) => {
      const { target } = figureOf(name);
      return 'floor' in target ? (Object.keys(target.floor) as FloorName[]) : [];
    }),
  );
}
