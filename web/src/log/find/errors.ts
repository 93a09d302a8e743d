/** Words that make a line an error, in the manner of the tools that print them. */
const patterns: readonly RegExp[] = [
  /^\s*(?:\[[^\]]*\]\s*)*(?:\S+:\s*)?(?:fatal )?(?:error|fatal|panic|exception)(?:\[[\w-]+\])?\s*[:!]/i,
  /(?:^|[\s[(])(?:ERROR|FATAL|FAILED|FAIL|PANIC)(?=$|[\s\]):!,])/,
  /^\s*(?:✗|✘|✖|×|❌)\s/u,
  /^Traceback \(most recent call last\)/,
  /^\s*(?:\w+\.)*[A-Z]\w*(?:Error|Exception)(?::|\s*$)/,
  /^##\[error\]/,
  /:\d+(?::\d+)?:\s*(?:fatal )?error\b/i,
  /^(?:npm ERR!|npm error |error Command failed|make(?:\[\d+\])?: \*\*\*|E {2,}\S)/,
  /^not ok \d+/,
  /(?:^|\/)(?:bash|sh): .*(?:command not found|No such file or directory|Permission denied)$/,
  /^\S*(?:sh|bash): (?:line )?\d+: .*not found$/,
];
/** Lines that speak of errors and say there are none. */
const harmless =
  /\b(?:0|no|without|zero) (?:errors?|failures?|failed)\b|\b(?:errors?|failures?|failed)\s*[:=]\s*0\b|\berror(?:s)? (?:fixed|handling)\b/i;

/** Whether a line, without its colours, reads like an error. */
export function isErrorLine(text: string): boolean {
  const start = text.length > 600 ? text.slice(0, 600) : text;
  return patterns.some((pattern) => pattern.test(start)) && !harmless.test(start);
}

/** What to ask the controller for when error lines of a large log are looked for; each hit is then judged by `isErrorLine`. */
export const errorNeedles: readonly string[] = ['error', 'fail', 'fatal', 'panic', 'exception', 'not found', '✗', 'not ok'];

/** More marks than anybody steps through; a log of nothing but errors may not fill the memory. */
const mostErrorLines = 20_000;

/** Lines of errors in order, none twice; the first ones that came, where there are too many. */
export class ErrorLines {
  private lines: number[] = [];
  private readonly known = new Set<number>();

  add(line: number): boolean {
    if (this.known.has(line) || this.isFull) return false;
    this.known.add(line);
    const last = this.lines.at(-1);
    this.lines.push(line);
    if (last !== undefined && line < last) this.lines.sort((a, b) => a - b);
    return true;
  }

  has(line: number): boolean {
    return this.known.has(line);
  }

  get isFull(): boolean {
    return this.known.size >= mostErrorLines;
  }

  get all(): readonly number[] {
    return this.lines;
  }

  get first(): number | undefined {
    return this.lines[0];
  }
}

/** The next of sorted lines after `from` (or before it), going round at the end. */
export function neighbour(lines: readonly number[], from: number, direction: 1 | -1): number | undefined {
  if (direction === 1) return lines.find((line) => line > from) ?? lines[0];
  return [...lines].reverse().find((line) => line < from) ?? lines.at(-1);
}
