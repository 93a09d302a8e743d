/**
 * Every place at which a fault suite can kill this process: before and after each durable write and each send.
 * `DROVER_CRASH_AT=agent.accept.sent` kills it there at once, `agent.accept.sent:3` at the third time.
 */
export const allCrashPoints = [
  'agent.identity.writing',
  'agent.identity.written',
  'agent.journal.appending',
  'agent.journal.appended',
  'agent.journal.compacting',
  'agent.journal.compacted',
  'agent.hello.sending',
  'agent.hello.sent',
  'agent.hello.answered',
  'agent.offer.received',
  'agent.decline.sending',
  'agent.decline.sent',
  'agent.accept.journaled',
  'agent.accept.sent',
  'agent.accept.granted',
  'agent.start.journaled',
  'agent.environment.opened',
  'agent.step.started',
  'agent.step.ended',
  'agent.environment.closed',
  'agent.spool.appending',
  'agent.spool.appended',
  'agent.spool.sealed',
  'agent.log.sending',
  'agent.log.sent',
  'agent.log.stored',
  'agent.progress.sending',
  'agent.progress.sent',
  'agent.finish.decided',
  'agent.finish.journaled',
  'agent.finish.sent',
  'agent.finish.answered',
  'agent.acknowledge.journaled',
  'agent.spool.removed',
  'agent.drop.received',
  'agent.drop.journaled',
  'agent.stop.received',
  'agent.health.sending',
  'agent.health.sent',
  'agent.draining.sending',
  'agent.draining.sent',
  'agent.recovery.reaped',
  'agent.recovery.journaled',
] as const;
export type CrashPoint = (typeof allCrashPoints)[number];

interface Armed {
  readonly name: string;
  readonly atPass: number;
}

const armed = parseCrashAt(process.env['DROVER_CRASH_AT']);
let passes = 0;

/** Ends this process with SIGKILL if it was armed for this place and this pass; does nothing else. */
export function crashPoint(name: CrashPoint): void {
  if (armed?.name !== name) return;
  passes += 1;
  if (passes === armed.atPass) process.kill(process.pid, 'SIGKILL');
}

/** Reads `name` or `name:pass`; a name that is not listed throws, so that a misspelt fault test can't pass. */
export function parseCrashAt(text: string | undefined): Armed | undefined {
  if (text === undefined || text === '') return undefined;
  const [name = '', pass = '1'] = text.split(':');
  // The variable is inherited by whatever an agent starts: names of other programs' points are none of its business.
  if (!name.startsWith('agent.')) return undefined;
  if (!(allCrashPoints as readonly string[]).includes(name)) throw new Error(`DROVER_CRASH_AT names no crash point: ${name}`);
  return { name, atPass: Number(pass) };
}
