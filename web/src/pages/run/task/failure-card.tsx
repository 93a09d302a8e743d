import type { AttemptView, LogHits, LogLine, LogLines } from '@drover/protocol/api';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link, useSearchParams } from 'react-router';
import { get } from '../../../api/client.js';
import { clockTime } from '../../../format/times.js';
import { sayReason } from '../../../i18n/reason.js';
import { errorNeedles, isErrorLine } from '../../../log/find/errors.js';
import { plainText } from '../../../log/text/ansi.js';
import { StatusMark } from '../../../parts/runs/status-mark.js';
import type { PlacedTask } from '../run-state.js';

const evidenceLines = 3;
/** How far back from the end errors are looked for: failures stand near it. */
const searchedLines = 3_000;

/** A failed task begins with its reason: a sentence, three lines of evidence, and the way to them. */
export function FailureCard({ chosen, attempt }: { readonly chosen: PlacedTask; readonly attempt: AttemptView }) {
  const { t } = useTranslation();
  const [search] = useSearchParams();
  const reason = attempt.reason ?? chosen.task.reason;
  const evidence = useQuery({
    queryKey: ['evidence', attempt.id, attempt.log.lines],
    queryFn: ({ signal }) => findEvidence(attempt, signal),
    enabled: attempt.log.lines > 0,
    staleTime: Infinity,
    retry: false,
  });
  const titles = { failed: 'run.failedIn', timedOut: 'run.timedOutIn', lost: 'run.lostIn' } as const;
  const title = titles[attempt.status === 'timedOut' || attempt.status === 'lost' ? attempt.status : 'failed'];
  const first = evidence.data?.at(0);
  return (
    <div className="fail" role="region" aria-label={t('run.failedTitle')}>
      <div className="fail-head">
        <StatusMark status={attempt.status} size={20} />
        <div className="grow">
          <b>{t(title, { task: chosen.task.name, stage: chosen.stage.name })}</b>
          {reason === undefined ? null : <p>{sayReason(t, reason)}</p>}
        </div>
        {first === undefined ? null : (
          <Link className="lk" to={{ search: search.toString(), hash: `#L${first.number + 1}` }} preventScrollReset>
            {t('run.toFirstError', { line: first.number + 1 })}
          </Link>
        )}
        {attempt.finishedAt === undefined ? null : <span className="faint num">{clockTime(attempt.finishedAt)}</span>}
      </div>
      {evidence.data === undefined || evidence.data.length === 0 ? null : (
        <pre aria-label={t('run.evidence')}>
          {evidence.data.map((line) => (
            <span key={line.number}>
              <span className="faint">{line.number + 1}</span>
              {'  '}
              <span className={isErrorLine(plainText(line.text)) ? 'r' : ''}>{plainText(line.text).slice(0, 300)}</span>
              {'\n'}
            </span>
          ))}
        </pre>
      )}
    </div>
  );
}

/** Three lines from the first that reads like an error among the last ones; else the last three. */
async function findEvidence(attempt: AttemptView, signal: AbortSignal): Promise<readonly LogLine[]> {
  const path = `/attempts/${attempt.id}/log`;
  const from = Math.max(0, attempt.log.lines - searchedLines);
  const answers = await Promise.all(errorNeedles.slice(0, 4).map((q) => get<LogHits>(`${path}/search`, { q, from, limit: 20 }, signal)));
  const lines = answers
    .flatMap(({ hits }) => hits)
    .filter(({ text }) => isErrorLine(plainText(text)))
    .map(({ line }) => line);
  const first = lines.length === 0 ? Math.max(0, attempt.log.lines - evidenceLines) : Math.min(...lines);
  return (await get<LogLines>(`${path}/lines`, { from: first, count: evidenceLines }, signal)).lines;
}
