import type { ReactNode } from 'react';

const ink = 'var(--d-glyph-ink)';
const cut = { fill: 'none', stroke: ink, strokeWidth: 1.7, strokeLinecap: 'round', strokeLinejoin: 'round' } as const;
const line = { fill: 'none', stroke: 'currentColor', strokeWidth: 1.6, strokeLinecap: 'round' } as const;

/** Drover's own drawings of the statuses, on a grid of 16. */
const glyphs: Readonly<Record<string, ReactNode>> = {
  succeeded: (
    <>
      <circle cx="8" cy="8" r="7" fill="currentColor" />
      <path d="M4.9 8.3l2.2 2.2 4-4.6" {...cut} />
    </>
  ),
  failed: (
    <>
      <path
        d="M5.3 1h5.4a1 1 0 0 1 .7.3l3.3 3.3a1 1 0 0 1 .3.7v5.4a1 1 0 0 1-.3.7l-3.3 3.3a1 1 0 0 1-.7.3H5.3a1 1 0 0 1-.7-.3l-3.3-3.3a1 1 0 0 1-.3-.7V5.3a1 1 0 0 1 .3-.7l3.3-3.3a1 1 0 0 1 .7-.3z"
        fill="currentColor"
      />
      <path d="M5.6 5.6l4.8 4.8M10.4 5.6l-4.8 4.8" {...cut} />
    </>
  ),
  running: (
    <>
      <circle cx="8" cy="8" r="6.1" fill="none" stroke="currentColor" strokeOpacity=".28" strokeWidth="1.8" />
      <path d="M8 1.9a6.1 6.1 0 0 1 5.28 9.15" fill="none" stroke="currentColor" strokeWidth="1.8" strokeLinecap="round" />
      <circle cx="8" cy="8" r="2.4" fill="currentColor" />
    </>
  ),
  queued: (
    <>
      <circle cx="8" cy="8" r="6.1" fill="none" stroke="currentColor" strokeWidth="1.7" strokeDasharray="2.5 2.29" />
      <circle cx="8" cy="8" r="1.3" fill="currentColor" />
    </>
  ),
  waiting: (
    <>
      <path d="M7 .95a1.4 1.4 0 0 1 2 0L15.05 7a1.4 1.4 0 0 1 0 2L9 15.05a1.4 1.4 0 0 1-2 0L.95 9a1.4 1.4 0 0 1 0-2z" fill="currentColor" />
      <path d="M6.3 5.7v4.6M9.7 5.7v4.6" {...cut} />
    </>
  ),
  stopped: (
    <>
      <rect x="1.8" y="1.8" width="12.4" height="12.4" rx="2.8" fill="currentColor" />
      <rect x="5.3" y="5.3" width="5.4" height="5.4" rx="1" fill={ink} />
    </>
  ),
  skipped: (
    <>
      <circle cx="8" cy="8" r="6.1" {...line} />
      <path d="M5.3 10.7l5.4-5.4" {...line} />
    </>
  ),
  timedout: (
    <>
      <rect x="6" y=".4" width="4" height="1.9" rx=".9" fill="currentColor" />
      <circle cx="8" cy="9.1" r="6.4" fill="currentColor" />
      <path d="M8 5.7v3.5l2.3 1.5" {...cut} />
    </>
  ),
  lost: (
    <>
      <path d="M6.9.9a6.6 6.6 0 0 0 0 13.2z" fill="currentColor" />
      <path d="M9.1 1.9a6.6 6.6 0 0 1 0 13.2z" fill="currentColor" />
    </>
  ),
  notrun: <circle cx="8" cy="8" r="3.1" {...line} />,
  drain: (
    <>
      <circle cx="8" cy="8" r="4.2" {...line} />
      <path d="M3.8 8h8.4a4.2 4.2 0 0 1-8.4 0z" fill="currentColor" />
    </>
  ),
  up: <circle cx="8" cy="8" r="4" fill="currentColor" />,
};

export const Glyph = ({ look }: { readonly look: string }) => glyphs[look] ?? glyphs['notrun'];
export const AgentGlyph = Glyph;

/** The mark: a post with two lanes bending round it. */
export function Logo({ size = 22 }: { readonly size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 24 24" fill="none" strokeWidth="2.6" strokeLinecap="round" aria-hidden="true">
      <path className="logo-ink" d="M4.5 3.5v17" />
      <path className="logo-ink" d="M9 3.5h2.5a8.5 8.5 0 0 1 0 17H9" />
      <path className="logo-lane" d="M9 9h2.5a3 3 0 0 1 0 6H9" />
    </svg>
  );
}
