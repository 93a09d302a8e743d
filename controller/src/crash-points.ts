/**
 * Every place at which a fault suite can kill this process: round each durable write and each send of the engine.
 * `DROVER_CRASH_AT=controller.start.numbered` kills it there at once, `controller.start.numbered:3` at the third time.
 */
export const allCrashPoints = [
  'controller.start.numbering',
  'controller.start.numbered',
  'controller.start.inserted',
  'controller.start.settled',
  'controller.attempt.inserting',
  'controller.attempt.inserted',
  'controller.offer.sent',
  'controller.claim.before',
  'controller.claim.after',
  'controller.granted.sent',
  'controller.finished.before',
  'controller.finished.stored',
  'controller.finished.acknowledged',
  'controller.lost.stored',
  'controller.fold.before',
  'controller.fold.after',
  'controller.folded.marked',
  'controller.slot.granted',
  'controller.slot.released',
  'controller.stop.written',
  'controller.stop.sent',
  'controller.session.before',
  'controller.session.written',
  'controller.hello.answered',
  'controller.registration.used',
  'controller.registration.inserted',
  'controller.log.written',
  'controller.log.appended',
  'controller.log.judged',
  'controller.log.sealed',
  'controller.log.compacted',
  'controller.log.moved',
  'controller.upload.inserted',
  'controller.upload.bytes',
  'controller.upload.verified',
  'controller.upload.renamed',
  'controller.blob.inserted',
  'controller.package.inserted',
  'controller.upload.completed',
  'controller.package.removed',
  'controller.blob.removed',
  'controller.removal.noted',
  'controller.removal.logs',
  'controller.removal.parts',
] as const;
export type CrashPoint = (typeof allCrashPoints)[number];

interface Armed {
  readonly name: string;
  readonly atPass: number;
}

/** Kills this process with SIGKILL at the place and pass that `text` names (`name` or `name:pass`); does nothing else. */
export function createCrashPoints(text: string | undefined, kill: () => void): { reach(name: string): void } {
  const armed = parseCrashAt(text);
  let passes = 0;
  return {
    reach(name) {
      if (armed?.name !== name) return;
      passes += 1;
      if (passes === armed.atPass) kill();
    },
  };
}

/** A name that is not listed throws, so that a misspelt fault test can't pass. Names of the agent's points are none of the controller's business. */
export function parseCrashAt(text: string | undefined): Armed | undefined {
  if (text === undefined || text === '') return undefined;
  const [name = '', pass = '1'] = text.split(':');
  if (!name.startsWith('controller.')) return undefined;
  if (!(allCrashPoints as readonly string[]).includes(name)) throw new Error(`DROVER_CRASH_AT names no crash point: ${name}`);
  return { name, atPass: Number(pass) };
}
