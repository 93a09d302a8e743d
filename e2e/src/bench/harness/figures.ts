/** A figure that is measured: what it is, and what is aimed at. */
export interface Figure {
  readonly text: string;
  readonly unit: string;
  readonly target: number;
  readonly better: 'lower' | 'higher';
}

/** Every figure by its name, with the target for two cores, the embedded store and everything durable. */
// prettier-ignore
export const figures = {
  'first-byte-p50':      { text: 'start of a run by API → first log byte at a client, idle, p50',   unit: 'ms',           target: 20,     better: 'lower' },
  'first-byte-p95':      { text: 'the same, p95',                                                   unit: 'ms',           target: 40,     better: 'lower' },
  'first-byte-500-p95':  { text: 'the same with 500 connected agents, p95',                         unit: 'ms',           target: 60,     better: 'lower' },
  'no-op-p50':           { text: 'start → finished for a no-op task, p50',                          unit: 'ms',           target: 35,     better: 'lower' },
  'wide-run':            { text: 'no-op tasks, one wide run, simulated agents over real sockets',   unit: 'tasks/s',      target: 1_000,  better: 'higher' },
  'single-runs':         { text: 'runs of a single task, simulated agents',                         unit: 'runs/s',       target: 400,    better: 'higher' },
  'real-agents':         { text: 'no-op tasks, 8 real agents × 4 slots, real processes',            unit: 'tasks/s',      target: 200,    better: 'higher' },
  'log-one':             { text: 'log from a process to stored and visible, one attempt',           unit: 'MB/s',         target: 60,     better: 'higher' },
  'log-eight':           { text: 'the same, eight at once',                                         unit: 'MB/s',         target: 100,    better: 'higher' },
  'line-idle':           { text: 'a log line visible, otherwise idle, p95',                         unit: 'ms',           target: 50,     better: 'lower' },
  'line-busy':           { text: 'a log line visible, eight busy logs beside it, p95',              unit: 'ms',           target: 200,    better: 'lower' },
  'package-up':          { text: 'package of 2 GB uploaded, against cp + fsync',                    unit: '×',            target: 0.6,    better: 'higher' },
  'package-down':        { text: 'package of 2 GB downloaded, against cp + fsync',                  unit: '×',            target: 0.6,    better: 'higher' },
  'package-memory':      { text: 'controller’s memory grows meanwhile by at most',                  unit: 'MB',           target: 64,     better: 'lower' },
  'controller-memory':   { text: 'controller’s memory, idle',                                       unit: 'MB',           target: 150,    better: 'lower' },
  'memory-per-agent':    { text: 'controller’s memory per idle agent, 1,000 connected',             unit: 'KB',           target: 40,     better: 'lower' },
  'idle-writes':         { text: 'writes of the store, idle with 1,000 agents',                     unit: '/s',           target: 1,      better: 'lower' },
  'idle-processor':      { text: 'controller’s processor time, idle with 1,000 agents',             unit: '% of a core',  target: 3,      better: 'lower' },
  'agent-memory':        { text: 'agent’s memory, idle',                                            unit: 'MB',           target: 60,     better: 'lower' },
  'agent-start':         { text: 'agent’s start-up to connected',                                   unit: 'ms',           target: 1_000,  better: 'lower' },
  'controller-start':    { text: 'controller’s start to ready, 100,000 old runs in the store',      unit: 'ms',           target: 2_000,  better: 'lower' },
  'run-list':            { text: 'run list by API, 100,000 runs, p95',                              unit: 'ms',           target: 30,     better: 'lower' },
  'run-detail':          { text: 'run detail by API, 100,000 runs, p95',                            unit: 'ms',           target: 30,     better: 'lower' },
  'store-update':        { text: 'store: findOneAndUpdate, 32 callers',                             unit: '/s',           target: 10_000, better: 'higher' },
  'store-insert':        { text: 'store: insertOne, 32 callers',                                    unit: '/s',           target: 15_000, better: 'higher' },
  'store-claim':         { text: 'store: claim of a queue’s head among 100,000',                    unit: '/s',           target: 3_000,  better: 'higher' },
  'first-paint':         { text: 'run page of a log of a million lines, first paint of lines',      unit: 'ms',           target: 1_000,  better: 'lower' },
  'scroll':              { text: 'scrolling through it in Chromium',                                unit: 'frames/s',     target: 50,     better: 'higher' },
} as const satisfies Readonly<Record<string, Figure>>;

export type FigureName = keyof typeof figures;
export const figureNames = Object.keys(figures).filter((name): name is FigureName => Object.hasOwn(figures, name));
