import type { LogProof, StepRecord } from '@drover/protocol/agent';
import type { LogHits, LogLine, LogLines } from '@drover/protocol/api';
import { LineCutter, textOf, type RawLine } from '../../domain/logs/line-blocks.js';
import { momentOf, type LogPlace } from '../../domain/logs/places.js';
import { LogSearch, type LogHit, type SearchFor } from '../../domain/logs/search.js';
import { Damaged } from '../integrity/damaged.js';
import type { Integrity } from '../integrity/integrity.js';
import type { Monotonic } from '../ports/environment.js';
import type { LogIdentity } from '../ports/logs.js';
import type { LoggedAttempt } from './attempt-directory.js';
import type { Signals } from '../ports/signals.js';
import type { ByteRange, LogStat, LogStorage } from './log-storage.js';
import { storedLog } from './stored-log.js';

/** Lines of one answer, at most. */
export const maxLines = 2_000;
/** Bytes of text after which an answer ends early; the reader asks on behind its last line. */
const linesBytes = 2_097_152;
/** How long one search may take before it says where to continue. */
const searchMs = 400;
const readBytes = 262_144;
/** Moments that are looked at for one answer of lines. */
const momentLimit = 20_000;

/** Reads logs by bytes, by lines and by what stands in them. The caller has checked the permission. */
export class LogQueries {
  constructor(
    private readonly ports: {
      readonly storage: LogStorage;
      readonly monotonic: Monotonic;
      readonly signals: Signals;
      readonly integrity: Integrity;
    },
  ) {}

  stat(log: LogIdentity): Promise<LogStat> {
    return this.ports.storage.stat(log);
  }

  range(log: LogIdentity, range: ByteRange): AsyncIterable<Uint8Array> {
    return this.ports.storage.read(log, range);
  }

  /** The bytes of a range, or all of them. Throws `Damaged` where a sealed log is known or found to be damaged. */
  async content({ log, proof }: LoggedAttempt, range: ByteRange | 'whole'): Promise<AsyncIterable<Uint8Array>> {
    const stat = await this.ports.storage.stat(log);
    const stored = storedLog(this.ports, log, stat, proof);
    if (!stored) return this.ports.storage.read(log, range === 'whole' ? { from: 0, to: stat.sizeBytes } : range);
    await this.ports.integrity.assure(stored);
    return range === 'whole' ? this.ports.integrity.whole(stored) : this.ports.integrity.part(stored, range);
  }

  /** Bytes of a range with the moments at which they were printed: for live viewers. */
  moments(log: LogIdentity, range: ByteRange, limit: number): Promise<readonly LogPlace[]> {
    return this.ports.storage.places(log, range, limit);
  }

  /** Lines from `from` on; fewer than `count` where the log ends or the answer grows too long. */
  async lines({ log, steps, proof }: LoggedAttempt, { from, count }: { readonly from: number; readonly count: number }): Promise<LogLines> {
    const stat = await this.ports.storage.stat(log);
    const { sizeBytes, lines: totalLines } = stat;
    const isDamaged = await this.isDamaged(log, stat, proof);
    const found = from < totalLines ? await this.rawLines(log, { from, count: Math.min(count, maxLines), sizeBytes }) : [];
    const [first, last] = [found[0], found.at(-1)];
    const places = first && last ? await this.ports.storage.places(log, { from: first.offset, to: last.offset + 1 }, momentLimit) : [];
    const lines = found.map((line) => shown(line, places, steps));
    return { from, lines, totalLines, sizeBytes, ...(isDamaged ? { damaged: true } : {}) };
  }

  /** Hits in order from a line on; `next` says where to continue when there were too many, or it took too long. */
  async search(
    log: LogIdentity,
    { from, limit, ...wanted }: SearchFor & { readonly from: number; readonly limit: number },
    signal: AbortSignal,
  ): Promise<LogHits> {
    const { sizeBytes, lines } = await this.ports.storage.stat(log);
    if (from >= lines) return { hits: [] };
    const until = this.ports.monotonic.elapsedMs() + searchMs;
    const hits: LogHit[] = [];
    const nextAfter = (found: Iterable<LogHit>): number | undefined => collect(hits, found, limit);
    const start = await this.lineStart(log, from, sizeBytes);
    const search = new LogSearch(wanted, { line: from, offset: start });
    for await (const piece of this.ports.storage.read(log, { from: start, to: sizeBytes })) {
      const next = nextAfter(search.push(piece));
      if (next !== undefined) return { hits, next };
      if (signal.aborted || this.ports.monotonic.elapsedMs() > until) {
        if (search.line > from) return { hits: hits.filter(({ line }) => line < search.line), next: search.line };
      }
    }
    const next = nextAfter(search.end());
    return next === undefined ? { hits } : { hits, next };
  }

  private async rawLines(
    log: LogIdentity,
    { from, count, sizeBytes }: { readonly from: number; readonly count: number; readonly sizeBytes: number },
  ): Promise<readonly RawLine[]> {
    const found: RawLine[] = [];
    let bytes = 0;
    let at = await this.lineStart(log, from, sizeBytes);
    const cutter = new LineCutter(from, at);
    while (at < sizeBytes) {
      try {
        for await (const piece of this.ports.storage.read(log, { from: at, to: Math.min(at + readBytes, sizeBytes) })) {
          for (const line of cutter.push(piece)) {
            found.push(line);
            bytes += line.bytes.length;
            if (found.length === count || bytes > linesBytes) return found;
          }
          at += piece.length;
        }
      } catch (error) {
        if (error instanceof Damaged && found.length > 0) return found; // what there is; the next request says what is wrong
        throw error;
      }
      if (!cutter.isFull) continue;
      const { offset } = await this.ports.storage.placeOfLine(log, cutter.line + 1);
      cutter.skip(Math.max(0, Math.min(offset, sizeBytes) - at));
      at = Math.max(at, Math.min(offset, sizeBytes));
    }
    return [...found, ...cutter.end()];
  }

  /** Lines of a damaged log are shown as far as there are any, but never without saying so. */
  private async isDamaged(log: LogIdentity, stat: LogStat, proof: LogProof | undefined): Promise<boolean> {
    const stored = storedLog(this.ports, log, stat, proof);
    if (!stored) return false;
    try {
      await this.ports.integrity.assure(stored);
      return false;
    } catch (error) {
      if (error instanceof Damaged) return true;
      throw error;
    }
  }

  /** Offset of a line's first byte: from the last place before it, so that little is read. */
  private async lineStart(log: LogIdentity, line: number, sizeBytes: number): Promise<number> {
    if (line === 0) return 0;
    const place = await this.ports.storage.placeOfLine(log, line);
    let missing = line - place.line;
    let at = place.offset;
    for await (const piece of this.ports.storage.read(log, { from: at, to: sizeBytes })) {
      for (let end = piece.indexOf(0x0a); end >= 0; end = piece.indexOf(0x0a, end + 1)) {
        if (--missing === 0) return at + end + 1;
      }
      at += piece.length;
    }
    return sizeBytes;
  }
}

/** Takes in hits until there are enough, but all of a line; then tells the line of the next one. */
function collect(hits: LogHit[], found: Iterable<LogHit>, limit: number): number | undefined {
  for (const hit of found) {
    if (hits.length >= limit && hit.line !== hits.at(-1)?.line) return hit.line;
    hits.push(hit);
  }
  return undefined;
}

function shown(line: RawLine, places: readonly LogPlace[], steps: readonly StepRecord[]): LogLine {
  const at = momentOf(places, line.offset);
  const step = steps.find(
    ({ startOffset, endOffset }) => startOffset !== undefined && startOffset <= line.offset && line.offset < (endOffset ?? Infinity),
  );
  return {
    number: line.number,
    offset: line.offset,
    text: textOf(line),
    ...(at === undefined ? {} : { at }),
    ...(step ? { step: step.index } : {}),
    ...(line.cut ? { cut: true } : {}),
    ...(line.partial ? { partial: true } : {}),
  };
}
