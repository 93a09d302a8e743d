interface StageLike {
  readonly key: string;
  readonly status: string;
}

export type StripPart<S> =
  | { readonly type: 'stage'; readonly stage: S }
  | { readonly type: 'fold'; readonly first: string; readonly count: number; readonly ahead: boolean };

const mostStages = 8;
const alwaysFirst = 3;

/** Which stages a strip shows: all up to 8; else the first 3, the active one with its neighbours, the last; `+n` between. */
export function foldStages<S extends StageLike>(stages: readonly S[]): readonly StripPart<S>[] {
  if (stages.length <= mostStages) return stages.map((stage) => ({ type: 'stage', stage }));
  const active = activeIndex(stages);
  const shown = (index: number): boolean => index < alwaysFirst || index === stages.length - 1 || Math.abs(index - active) <= 1;
  const parts: StripPart<S>[] = [];
  let hidden: S[] = [];
  const flush = (): void => {
    const [first] = hidden;
    if (first !== undefined)
      parts.push({ type: 'fold', first: first.key, count: hidden.length, ahead: hidden.every(({ status }) => status === 'notRun') });
    hidden = [];
  };
  stages.forEach((stage, index) => {
    if (!shown(index)) return void hidden.push(stage);
    flush();
    parts.push({ type: 'stage', stage });
  });
  flush();
  return parts;
}

/** The stage where something happens, else the last one that was reached. */
function activeIndex(stages: readonly StageLike[]): number {
  const busy = stages.findIndex(({ status }) => ['running', 'stopping', 'queued', 'failed', 'timedOut', 'lost'].includes(status));
  return busy >= 0 ? busy : stages.findLastIndex(({ status }) => status !== 'notRun' && status !== 'skipped');
}
