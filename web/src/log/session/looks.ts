import type { AttemptView } from '@drover/protocol/api';
import type { LineRange } from '../find/link.js';
import type { Search } from '../find/search.js';
import type { Follow } from '../rows/follow.js';
import type { LogPorts } from '../source/ports.js';
import type { PaneSettings, PaneTexts } from '../view/row-drawer.js';

/** What the bar around a log shows of it. */
export interface LogSnapshot {
  readonly ready: boolean;
  readonly follow: Follow;
  readonly totalLines: number;
  readonly receivedBytes: number;
  readonly firstError: number | undefined;
  readonly errors: readonly number[];
  readonly search: Search | undefined;
  readonly searching: boolean;
  readonly linked: LineRange | undefined;
  readonly allFolded: boolean;
  readonly trouble: unknown;
}

export interface LogLooks {
  readonly texts: PaneTexts;
  readonly marks: PaneSettings['marks'];
  readonly heights: PaneSettings['heights'];
  readonly wrap: boolean;
}

export interface SessionStart {
  readonly host: HTMLElement;
  readonly attempt: AttemptView;
  readonly ports: LogPorts;
  readonly looks: LogLooks;
  readonly linked: LineRange | undefined;
  readonly onLink: (range: LineRange) => void;
}
