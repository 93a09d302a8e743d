import type { Instant, Outcome, Reason } from '@drover/protocol';
import type { StepRecord } from '@drover/protocol/agent';
import type { Step } from '@drover/protocol/definition';

/** What has come of one step. */
export type StepVerdict =
  | { readonly outcome: 'succeeded'; readonly exitCode?: number; readonly fact?: string }
  | { readonly outcome: 'failed' | 'timedOut'; readonly reason: Reason; readonly exitCode?: number; readonly warning?: Reason }
  | { readonly outcome: 'stopped' };

/** What an attempt ends with, unless nothing bad happens. The first one counts. */
export interface Ending {
  readonly outcome: Exclude<Outcome, 'succeeded' | 'skipped'>;
  readonly reason: Reason;
  readonly exitCode?: number;
}

/**
 * The steps of an attempt and how far they have come. Once there is an `ending`, only steps marked *always* begin;
 * once it is `closed`, none does.
 */
export interface Course {
  readonly steps: readonly Step[];
  readonly records: readonly StepRecord[];
  readonly ending?: Ending;
  readonly isClosed: boolean;
  readonly warnings: readonly Reason[];
  readonly lastExitCode?: number;
}

/** What the clock says and where the log ends. */
export interface Moment {
  readonly now: Instant;
  readonly offset: number;
}

export const beginCourse = (steps: readonly Step[]): Course => ({
  steps,
  records: [],
  isClosed: false,
  warnings: [],
});

/** The step to begin next; `undefined` when the course is at its end. Steps that may not begin are passed over. */
export function nextStep(course: Course): number | undefined {
  if (course.isClosed) return undefined;
  const from = course.records.length;
  const rest = course.steps.slice(from);
  const ahead = rest.findIndex((step) => !course.ending || step.always === true);
  return ahead < 0 ? undefined : from + ahead;
}

/** The course with this step running; steps passed over on the way are skipped. */
export function stepBegan(course: Course, index: number, { now, offset }: Moment): Course {
  const step = course.steps[index];
  if (!step) throw new Error(`there is no step ${index} among ${course.steps.length}`);
  const running: StepRecord = { index, name: shortName(step), state: 'running', startedAt: now, startOffset: offset };
  return { ...course, records: [...skipTo(course, index), running] };
}

/** The course after its running step has ended with a verdict. */
export function stepEnded(course: Course, verdict: StepVerdict, { now, offset }: Moment): Course {
  const running = course.records.at(-1);
  if (running?.state !== 'running') throw new Error('no step is running');
  const record: StepRecord = {
    ...running,
    state: 'finished',
    outcome: verdict.outcome,
    finishedAt: now,
    endOffset: offset,
    ...('exitCode' in verdict && verdict.exitCode !== undefined ? { exitCode: verdict.exitCode } : {}),
    ...('fact' in verdict && verdict.fact !== undefined ? { fact: verdict.fact.slice(0, 300) } : {}),
  };
  const ended: Course = {
    ...course,
    records: [...course.records.slice(0, -1), record],
    ...('exitCode' in verdict && verdict.exitCode !== undefined ? { lastExitCode: verdict.exitCode } : {}),
  };
  return judge(ended, course.steps[running.index], verdict);
}

/** A stop, a timeout or trouble with the machine: nothing but always steps begins from here on. */
export const interrupted = (course: Course, ending: Ending): Course => ({ ...course, ending: course.ending ?? ending });

/** No further step begins. */
export const closed = (course: Course): Course => ({ ...course, isClosed: true });

/** All steps with what became of them, those that never began as skipped. */
export const settledRecords = (course: Course): readonly StepRecord[] => skipTo(course, course.steps.length);

/** Whether the running step continues when the course is interrupted. */
export function isAlwaysRunning(course: Course): boolean {
  const running = course.records.at(-1);
  return running?.state === 'running' && course.steps[running.index]?.always === true;
}

/** The records of a course of which only they are known, after a crash: what ran is lost, the rest was never begun. */
export function lostRecords(names: readonly StepRecord[], moment: Moment): readonly StepRecord[] {
  return names.map((record) =>
    record.state === 'running'
      ? {
          ...record,
          state: 'finished',
          outcome: 'lost',
          finishedAt: moment.now,
          endOffset: Math.max(moment.offset, record.startOffset ?? 0),
        }
      : record,
  );
}

function judge(course: Course, step: Step | undefined, verdict: StepVerdict): Course {
  if (verdict.outcome === 'succeeded' || verdict.outcome === 'stopped') return course;
  const warned = verdict.warning ? { ...course, warnings: [...course.warnings, verdict.warning].slice(0, 50) } : course;
  if (step?.continueOnError === true) return warned;
  const { outcome, reason, exitCode } = verdict;
  return interrupted(warned, { outcome, reason, ...(exitCode === undefined ? {} : { exitCode }) });
}

function skipTo(course: Course, index: number): readonly StepRecord[] {
  const skipped = course.steps.slice(course.records.length, index).map((step, ahead): StepRecord => ({
    index: course.records.length + ahead,
    name: shortName(step),
    state: 'skipped',
    outcome: 'skipped',
  }));
  return [...course.records, ...skipped];
}

const shortName = (step: Step): string => step.name.slice(0, 200);
