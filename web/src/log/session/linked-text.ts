import type { LineRange } from '../find/link.js';
import type { LogPorts } from '../source/ports.js';
import { plainText } from '../text/ansi.js';

const mostCopiedLines = 5_000;
const linesAtOnce = 500;

/** Lines of a log without their colours, for the clipboard; at most 5,000. */
export async function textOf(range: LineRange, ask: LogPorts['lines'], signal: AbortSignal): Promise<string> {
  const [from, to] = [range.from - 1, Math.min(range.to, range.from - 1 + mostCopiedLines)];
  const lines: string[] = [];
  while (from + lines.length < to) {
    const answer = await ask(from + lines.length, Math.min(linesAtOnce, to - from - lines.length), signal);
    if (answer.lines.length === 0) break;
    lines.push(...answer.lines.map(({ text }) => plainText(text)));
  }
  return lines.join('\n');
}
