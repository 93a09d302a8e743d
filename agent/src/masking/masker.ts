import { Folded } from './folded.js';
import { Matcher } from './matcher.js';
import { secretForms } from './secret-forms.js';

/** Stands in place of each secret, whatever its length. */
export const maskText = '••••••••';
const mask = Buffer.from(maskText);
const nothing = Buffer.alloc(0);
/** A list of secrets serves many streams; it is prepared once. */
const prepared = new WeakMap<readonly string[], Matcher | undefined>();

/** Masks a stream of bytes; chunks may be cut anywhere. One for each stream. */
export interface Masker {
  /** What may leave now; holds back only what may still become part of a secret. */
  push(chunk: Buffer): Buffer;
  /** The rest, at the end of the stream or wherever nothing more belongs to what was held back. */
  flush(): Buffer;
}

/**
 * P3: replaces every occurrence of the secrets and of their common encodings. Occurrences that overlap or touch
 * become one mask. The list must not change afterwards. Secrets under 3 bytes are left alone: see `docs/decisions/masking.md`.
 */
export function createMasker(secrets: readonly string[]): Masker {
  const matcher = matcherOf(secrets);
  return matcher === undefined ? { push: (chunk) => chunk, flush: () => nothing } : new StreamMasker(matcher);
}

/** Maskers that mask some secrets beside those that they are asked for. */
export function maskersWith(own: readonly string[]): typeof createMasker {
  if (own.length === 0) return createMasker;
  const lists = new WeakMap<readonly string[], readonly string[]>();
  return (secrets) => {
    const all = lists.get(secrets) ?? [...secrets, ...own];
    lists.set(secrets, all);
    return createMasker(all);
  };
}

function matcherOf(secrets: readonly string[]): Matcher | undefined {
  if (!prepared.has(secrets)) {
    const patterns = secrets.flatMap(secretForms);
    prepared.set(secrets, patterns.length === 0 ? undefined : new Matcher(patterns));
  }
  return prepared.get(secrets);
}

/** Masks a whole text at once: reasons, output parameters, lines of reports. */
export function maskString(text: string, secrets: readonly string[]): string {
  const masker = createMasker(secrets);
  return Buffer.concat([masker.push(Buffer.from(text)), masker.flush()]).toString();
}

interface Range {
  readonly from: number;
  readonly to: number;
}

/**
 * Works on the held bytes followed by the chunk. A masked range stays open while a longer match may still take it in
 * or touch it; ranges are counted from the begin of the held bytes.
 */
class StreamMasker implements Masker {
  readonly #matcher: Matcher;
  #state = 0;
  /** A secret that is being followed over ends of line or colours. */
  #folded: Folded | undefined;
  #held: Buffer = nothing;
  #open: Range[] = [];

  constructor(matcher: Matcher) {
    this.#matcher = matcher;
  }

  push(chunk: Buffer): Buffer {
    if (chunk.length === 0) return nothing;
    const data = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    this.#cover(this.#matchesIn(data, this.#held.length));
    return this.#release(data, this.#safeEnd(data.length));
  }

  flush(): Buffer {
    const data = this.#held;
    this.#state = 0;
    this.#folded = undefined;
    return this.#release(data, data.length + 1);
  }

  /** Up to where nothing may become a match any more. */
  #safeEnd(length: number): number {
    return Math.min(length - (this.#matcher.depth[this.#state] ?? 0), Math.max(0, this.#folded?.heldFrom ?? length));
  }

  #matchesIn(data: Buffer, begin: number): Range[] {
    const matches: Range[] = [];
    const take = (match: Range): void => void matches.push({ from: Math.max(0, match.from), to: match.to });
    let followed = 0;
    const follow = (folded: Folded): void => {
      this.#folded = folded.follow(data, take) ? folded : undefined;
      followed = this.#folded === undefined ? folded.at : data.length;
    };
    if (this.#folded !== undefined) follow(this.#folded);
    this.#state = this.#matcher.scan(
      data,
      { begin, from: this.#state },
      {
        onMatch: (to, length) => void matches.push({ from: to - length, to }),
        onBreak: (at, state) => {
          if (at >= followed) follow(new Folded(this.#matcher, { at, state }));
        },
      },
    );
    return matches;
  }

  /** Adds the matches, joined where they overlap or touch. */
  #cover(matches: readonly Range[]): void {
    if (matches.length === 0) return;
    const joined: Range[] = [];
    for (const range of [...this.#open, ...matches].sort((a, b) => a.from - b.from)) {
      const last = joined.at(-1);
      if (last !== undefined && last.to >= range.from) joined[joined.length - 1] = { from: last.from, to: Math.max(last.to, range.to) };
      else joined.push(range);
    }
    this.#open = joined;
  }

  /** Releases what stands before `safe`, except for ranges that reach it. */
  #release(data: Buffer, safe: number): Buffer {
    const out: Buffer[] = [];
    const stays = this.#open.filter((range) => range.to >= safe);
    let end = 0;
    for (const range of this.#open) {
      if (range.to >= safe) break;
      out.push(data.subarray(end, range.from), mask);
      end = range.to;
    }
    const upTo = Math.min(stays[0]?.from ?? safe, safe, data.length);
    if (upTo > end) out.push(data.subarray(end, upTo));
    end = Math.max(end, upTo);
    this.#open = stays;
    this.#drop(end);
    this.#hold(data.subarray(end));
    return out.length === 1 ? (out[0] ?? nothing) : Buffer.concat(out);
  }

  /** Of a range at the begin only its end matters: secrets in a row without end hold no memory. */
  #hold(rest: Buffer): void {
    const [first] = this.#open;
    const spare = first?.from === 0 ? Math.min(first.to - 1, this.#safeEnd(rest.length)) : 0;
    this.#held = Buffer.from(spare > 0 ? rest.subarray(spare) : rest);
    if (spare > 0) this.#drop(spare);
  }

  /** So many bytes are gone: positions are counted from behind them. */
  #drop(bytes: number): void {
    this.#open = this.#open.map(({ from, to }) => ({ from: Math.max(0, from - bytes), to: to - bytes }));
    this.#folded?.shift(bytes);
  }
}
