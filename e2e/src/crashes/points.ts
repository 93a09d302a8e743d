/**
 * Which test kills a real process at which crash point. A line is the life of one run: its points lie in the order in
 * which the work comes past them, each kill leads to the next life. `name:2` is the second time; later frames of a log
 * are in middle.test.ts.
 */
// prettier-ignore
export const controllerLives: Readonly<Record<string, readonly string[]>> = {
  'from the start of a run to the claim': [
    'controller.start.numbering', 'controller.start.numbered', 'controller.start.inserted', 'controller.attempt.inserting', 'controller.attempt.inserted',
    'controller.offer.sent', 'controller.claim.before', 'controller.claim.after', 'controller.fold.before', 'controller.fold.after',
  ],
  'while its agent comes back': [
    'controller.slot.granted', 'controller.session.before', 'controller.granted.sent', 'controller.session.written', 'controller.log.written', 'controller.hello.answered',
  ],
  'while a package arrives':        ['controller.log.appended', 'controller.upload.inserted', 'controller.upload.bytes', 'controller.upload.verified'],
  'while a package becomes visible': ['controller.upload.renamed', 'controller.blob.inserted', 'controller.package.inserted'],
  'while a result is taken in':     ['controller.upload.completed', 'controller.finished.before', 'controller.finished.stored', 'controller.folded.marked'],
  'while a log is sealed':          ['controller.finished.acknowledged', 'controller.log.judged', 'controller.log.sealed'],
  'when the run ends':              ['controller.fold.before:2', 'controller.slot.released'],
  'when the note of a start goes':  ['controller.start.settled'],
};

/** Points of the folder of logs: on MongoDB, where logs are documents, nobody comes past them. */
export const folderPoints: ReadonlySet<string> = new Set(['controller.log.written']);

/** Whether the controllers of the tests keep logs and packages in folders. */
export const isInFolders = (process.env['MONGODB_URI'] ?? '') === '';

/** The points that are reached where the tests run. */
export const reached = (points: readonly string[]): readonly string[] =>
  isInFolders ? points : points.filter((point) => !folderPoints.has(point.split(':')[0] ?? ''));

/** Controller: points with a scenario of their own in this suite. */
export const controllerScenes = [
  'controller.stop.written',
  'controller.stop.sent',
  'controller.lost.stored',
  'controller.registration.used',
  'controller.registration.inserted',
  'controller.package.removed',
] as const;

/** Points that lie in parts which the embedded installation doesn't use, or behind an hour's wait: real processes die there in these suites. */
export const elsewhere: Readonly<Record<string, string>> = {
  'controller.log.compacted': 'controller/src/adapters/logs/mongo/crashes.test.ts',
  'controller.log.moved': 'controller/src/adapters/logs/mongo/crashes.test.ts',
  'controller.blob.removed': 'controller/src/services/packages/crashes.test.ts',
  'controller.removal.noted': 'controller/src/compose/removal.test.ts',
  'controller.removal.logs': 'e2e/src/scenarios/deleting.test.ts',
  'controller.removal.parts': 'controller/src/compose/removal.test.ts',
};

/** The same for the agent; an attempt that it was running is lost each time, and tried again. */
// prettier-ignore
export const agentLives: Readonly<Record<string, readonly string[]>> = {
  'while it starts':                ['agent.journal.compacting', 'agent.journal.compacted', 'agent.recovery.reaped', 'agent.hello.sending', 'agent.hello.sent', 'agent.hello.answered'],
  'while it takes an offer':        ['agent.offer.received', 'agent.journal.appending', 'agent.journal.appended', 'agent.accept.journaled'],
  'while an attempt begins': [
    'agent.accept.sent', 'agent.accept.granted', 'agent.start.journaled', 'agent.environment.opened', 'agent.step.started', 'agent.recovery.journaled',
    'agent.spool.appending', 'agent.spool.appended',
  ],
  'while an attempt runs and ends': [
    'agent.progress.sending', 'agent.progress.sent', 'agent.log.sending', 'agent.log.sent', 'agent.log.stored', 'agent.step.ended',
    'agent.environment.closed', 'agent.finish.decided',
  ],
  'while a result is delivered':    ['agent.spool.sealed', 'agent.finish.journaled', 'agent.finish.answered', 'agent.drop.received', 'agent.drop.journaled'],
  'at later passes':                ['agent.journal.appended:2', 'agent.spool.appended:2', 'agent.log.sent:2'],
};

/** Agent: points with a scenario of their own in this suite. */
export const agentScenes = [
  'agent.identity.writing',
  'agent.identity.written',
  'agent.decline.sending',
  'agent.decline.sent',
  'agent.stop.received',
  'agent.draining.sending',
  'agent.draining.sent',
  'agent.health.sending',
  'agent.health.sent',
  'agent.finish.sent',
  'agent.acknowledge.journaled',
  'agent.spool.removed',
] as const;
