const files = 500;
const commits = 5_000;
const changedFiles = 3;
const changedLines = 90;
const wordCount = 60_000;

/** A history for `git fast-import`, the same each time: text in 500 files, of which each commit changes three. */
export function* historyStream(): Generator<Buffer> {
  const random = numbers(7);
  const words = Array.from({ length: wordCount }, () => random(36 ** 5).toString(36));
  const line = () => Array.from({ length: 8 }, () => words[random(wordCount)]).join(' ');
  const contents = Array.from({ length: files }, () => Array.from({ length: 20 + random(180) }, line));
  const all = contents.map((_, index) => index);
  for (let commit = 0; commit < commits; commit += 1) {
    const changed = commit === 0 ? all : Array.from({ length: changedFiles }, () => random(files));
    if (commit > 0) for (const index of changed) change(contents[index] ?? [], random, line);
    yield Buffer.from(commitText(commit, new Set(changed), contents));
  }
  yield Buffer.from('done\n');
}

function change(lines: string[], random: (below: number) => number, line: () => string): void {
  for (let n = 0; n < changedLines; n += 1) lines[random(lines.length)] = line();
}

function commitText(commit: number, changed: ReadonlySet<number>, contents: ReadonlyArray<readonly string[]>): string {
  const head = `commit refs/heads/main\ncommitter Bench <bench@localhost> ${1_700_000_000 + commit} +0000\ndata 0\n`;
  const blobs = [...changed].map((index) => {
    const text = `${contents[index]?.join('\n') ?? ''}\n`;
    return `M 100644 inline folder-${index % 20}/file-${index}.txt\ndata ${Buffer.byteLength(text)}\n${text}\n`;
  });
  return head + blobs.join('');
}

/** Linear congruence: no chance, so that every machine measures the same repository. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
