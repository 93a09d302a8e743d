export type LeftOutKind = 'hidden' | 'folderLink' | 'strayLink' | 'special' | 'vanished';

const because: Readonly<Record<LeftOutKind, string>> = {
  hidden: 'a name that begins with a dot is taken only by a part of a pattern that begins with a dot, or with the folder that holds it',
  folderLink: 'links to folders are not followed',
  strayLink: 'links that lead nowhere or out of the workspace are not followed',
  special: 'neither a file nor a folder',
  vanished: 'gone while the workspace was looked through',
};

/** How many names of one kind are told. */
const mostNames = 10;
/** How much of a path is told. */
const mostLetters = 300;

/** What patterns could have meant and did not take, for the log; in memory that does not grow with it. */
export class LeftOut {
  readonly #kinds = new Map<LeftOutKind, { readonly names: string[]; count: number }>();

  note(kind: LeftOutKind, path: string): void {
    const noted = this.#kinds.get(kind) ?? { names: [], count: 0 };
    this.#kinds.set(kind, noted);
    noted.count += 1;
    if (noted.names.length < mostNames) noted.names.push(readable(path));
  }

  lines(): readonly string[] {
    return [...this.#kinds].map(([kind, { names, count }]) => {
      const more = count > names.length ? ` and ${count - names.length} more` : '';
      return `left out: ${names.join(', ')}${more} (${because[kind]})`;
    });
  }
}

/** A name may hold line breaks and colours: they would look like lines of the log's own. */
function readable(path: string): string {
  const plain = path.replace(/[\u0000-\u001f\u007f-\u009f]/g, '\ufffd');
  return plain.length > mostLetters ? `${plain.slice(0, mostLetters)}…` : plain;
}
