/**
 * An automaton over bytes that knows, after each byte, the longest pattern that ends there and how many of the last
 * bytes may still become one (Aho and Corasick, with all transitions laid out: one look-up for each byte).
 */
export interface Matcher {
  /** `transitions[state * 256 + byte]` is the next state times 256; state 0 is the start. */
  readonly transitions: Int32Array;
  /** Length of the longest pattern that ends in a state, or 0. */
  readonly matched: Int32Array;
  /** How many bytes a state remembers. */
  readonly depth: Int32Array;
}

export function buildMatcher(patterns: readonly Buffer[]): Matcher {
  const size = 1 + patterns.reduce((sum, pattern) => sum + pattern.length, 0);
  const transitions = new Int32Array(size * 256);
  const matched = new Int32Array(size);
  const depth = new Int32Array(size);
  const states = addPatterns(patterns, { transitions, matched, depth });
  linkFailures(states, { transitions, matched, depth });
  return { transitions, matched, depth };
}

function addPatterns(patterns: readonly Buffer[], { transitions, matched, depth }: Matcher): number {
  let states = 1;
  for (const pattern of patterns) {
    let state = 0;
    for (const byte of pattern) {
      const at = state * 256 + byte;
      if (transitions[at] === 0) {
        transitions[at] = states * 256;
        depth[states] = (depth[state] ?? 0) + 1;
        states += 1;
      }
      state = (transitions[at] ?? 0) / 256;
    }
    matched[state] = pattern.length;
  }
  return states;
}

/** Breadth first, so that a state's failure is complete before it is needed. */
function linkFailures(states: number, { transitions, matched }: Matcher): void {
  const failure = new Int32Array(states);
  const queue = new Int32Array(states);
  let end = 0;
  for (let byte = 0; byte < 256; byte += 1) {
    const child = (transitions[byte] ?? 0) / 256;
    if (child !== 0) queue[end++] = child;
  }
  for (let begin = 0; begin < end; begin += 1) {
    const state = queue[begin] ?? 0;
    const fallback = failure[state] ?? 0;
    matched[state] = Math.max(matched[state] ?? 0, matched[fallback] ?? 0);
    for (let byte = 0; byte < 256; byte += 1) {
      const at = state * 256 + byte;
      const beside = transitions[fallback * 256 + byte] ?? 0;
      const child = (transitions[at] ?? 0) / 256;
      if (child === 0) {
        transitions[at] = beside;
      } else {
        failure[child] = beside / 256;
        queue[end++] = child;
      }
    }
  }
}
