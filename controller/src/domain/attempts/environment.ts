import type { Instant } from '@drover/protocol';
import type { Run, RunSourceState } from '../runs/run.js';

/** P9: the predefined parameters of a run. */
export function predefinedOf(run: Run): Readonly<Record<string, string>> {
  const values: Record<string, string> = {
    PROJECT_ID: run.projectId,
    PIPELINE_ID: run.pipelineId,
    PIPELINE_NUMBER: String(run.number),
    COMMIT_ID: run.sources[0]?.commit ?? '',
    TIMESTAMP: timestampOf(run.startedAt ?? run.queuedAt, run.zone),
  };
  for (const source of run.sources) {
    if (source.alias !== undefined) Object.assign(values, aliasValues(source, source.alias));
  }
  return values;
}

/** P9: what the alias of a repository adds; empty where it doesn't apply. */
function aliasValues({ url, ref, commit }: RunSourceState, alias: string): Readonly<Record<string, string>> {
  return {
    [`${alias}_REPOSITORY_NAME`]: repositoryName(url),
    [`${alias}_SOURCE_BRANCH`]: ref.type === 'branch' ? ref.name : '',
    [`${alias}_TARGET_BRANCH`]: '',
    [`${alias}_TAG`]: ref.type === 'tag' ? ref.name : '',
    [`${alias}_COMMIT_ID`]: commit ?? '',
  };
}

/** The last part of a repository's address, without `.git`. */
export function repositoryName(url: string): string {
  const path = url.replace(/[?#].*$/, '').replace(/\/+$/, '');
  return (path.split(/[/:]/).at(-1) ?? '').replace(/\.git$/, '');
}

/** Making one costs more than using it a hundred times; there are as many as zones in use. */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone);
  if (known !== undefined) return known;
  const digits = '2-digit';
  const format = new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    year: 'numeric',
    month: digits,
    day: digits,
    hour: digits,
    minute: digits,
    second: digits,
    hourCycle: 'h23',
  });
  formats.set(zone, format);
  return format;
}

/** P9: `yyyyMMddHHmmss` in a zone. */
export function timestampOf(instant: Instant, zone: string): string {
  const parts = formatOf(zone).formatToParts(instant);
  const of = (type: Intl.DateTimeFormatPartTypes): string => parts.find((part) => part.type === type)?.value ?? '';
  return of('year').padStart(4, '0') + of('month') + of('day') + of('hour') + of('minute') + of('second');
}
