/** What this machine can do at best, without Drover. Targets are ratios to these, so that they mean the same on any machine. */
// prettier-ignore
export const floors = {
  sync:     { text: 'a durable write of 4 KB',                                                unit: 'ms' },
  process:  { text: 'a process begun and ended',                                              unit: 'ms' },
  trip:     { text: 'a message to another process and back over a socket',                    unit: 'ms' },
  answer:   { text: 'a bare HTTP answer',                                                     unit: 'ms' },
  answers:  { text: 'bare HTTP answers, 32 callers',                                          unit: '/s' },
  terminal: { text: 'reading a terminal in which a program prints',                           unit: 'MB/s' },
  node:     { text: 'bare Node, started and ended',                                           unit: 'ms' },
  memory:   { text: 'bare Node’s memory',                                                     unit: 'MB' },
  socket:   { text: 'an idle bare socket’s memory, of 1,000',                                 unit: 'KB' },
  page:     { text: 'a bare page shown in Chromium',                                           unit: 'ms' },
  pings:    { text: 'processor for 200 pings a second over 1,000 bare sockets',               unit: '% of a core' },
} as const satisfies Readonly<Record<string, FloorKind>>;

interface FloorKind {
  readonly text: string;
  readonly unit: string;
}

export type FloorName = keyof typeof floors;
export const floorNames = Object.keys(floors).filter((name): name is FloorName => Object.hasOwn(floors, name));
