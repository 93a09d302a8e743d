/** A key, or two after each other: `j`, `?`, `g p`, `mod+k`. `mod` is ⌘ or Ctrl. */
export type Chord = string;

export interface Press {
  readonly key: string;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly altKey: boolean;
  readonly shiftKey?: boolean;
  readonly typing: boolean;
}

const sequenceMs = 1_200;

export interface Pending {
  readonly key: string;
  readonly at: number;
}

/** Which of the chords a press completes, and what is pending after it. Single keys are off while typing. */
export function match(
  chords: readonly Chord[],
  press: Press,
  pending: Pending | undefined,
  now: number,
): { readonly chord?: Chord; readonly pending?: Pending } {
  const name = nameOf(press);
  if (name === undefined) return {};
  if (press.typing && !name.startsWith('mod+')) return {};
  const before = pending !== undefined && now - pending.at <= sequenceMs ? pending.key : undefined;
  const sequence = before === undefined ? undefined : `${before} ${name}`;
  if (sequence !== undefined && chords.includes(sequence)) return { chord: sequence };
  if (chords.includes(name)) return { chord: name };
  return chords.some((chord) => chord.startsWith(`${name} `)) ? { pending: { key: name, at: now } } : {};
}

function nameOf({ key, ctrlKey, metaKey, altKey, shiftKey = false }: Press): string | undefined {
  if (altKey || ['Shift', 'Control', 'Meta', 'Alt'].includes(key)) return undefined;
  const plain = key.length === 1 ? key.toLowerCase() : key;
  return ctrlKey || metaKey
    ? `mod+${key.length === 1 && shiftKey ? 'shift+' : ''}${plain}`
    : key.length === 1 && key !== key.toLowerCase()
      ? `shift+${plain}`
      : plain;
}

/** The caps of a chord, as they are drawn. */
export function caps(chord: Chord, apple: boolean): readonly string[] {
  const names: Readonly<Record<string, string>> = {
    mod: apple ? '⌘' : 'Ctrl',
    shift: '⇧',
    enter: '↵',
    escape: 'Esc',
    ArrowUp: '↑',
    ArrowDown: '↓',
    End: 'End',
  };
  return chord.split(' ').map((part) =>
    part
      .split('+')
      .map((key) => names[key] ?? names[key.toLowerCase()] ?? key.toUpperCase())
      .join(apple ? '' : ' '),
  );
}
