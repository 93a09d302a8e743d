import type { LogSession } from './session/log-session.js';
import type { LogSnapshot } from './session/looks.js';

const mostMarks = 200;

/** Errors and hits as marks beside the scroll bar, over the whole log. */
export function Minimap({ session, snapshot }: { readonly session: LogSession | undefined; readonly snapshot: LogSnapshot | undefined }) {
  if (session === undefined || snapshot === undefined) return null;
  return (
    <div className="minimap" aria-hidden="true">
      <Marks className="e" places={places(session, snapshot.errors)} />
      <Marks className="h" places={places(session, snapshot.search?.lines ?? [])} />
    </div>
  );
}

/** At most one mark for each two thousandth of the height. */
function places(session: LogSession, lines: readonly number[]): number[] {
  const some = lines.length <= mostMarks ? lines : lines.filter((_, i) => i % Math.ceil(lines.length / mostMarks) === 0);
  return [...new Set(session.placesOf(some).map((place) => Math.round(place * 2_000) / 20))];
}

const Marks = ({ className, places: tops }: { readonly className: string; readonly places: readonly number[] }) => (
  <>
    {tops.map((top) => (
      <i key={top} className={className} style={{ top: `${top}%` }} />
    ))}
  </>
);
