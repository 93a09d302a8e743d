/** A colour as a log names it: 0 to 15 are the theme's own, anything else is `0x1000000 | rgb`. */
export type Colour = number;

export interface TextStyle {
  readonly foreground: Colour | undefined;
  readonly background: Colour | undefined;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly strike: boolean;
  readonly inverse: boolean;
  readonly hidden: boolean;
}

export interface Span {
  readonly text: string;
  readonly style: TextStyle;
}

export interface ParsedLine {
  readonly spans: readonly Span[];
  /** The style that holds at the line's end, with which the next line begins. */
  readonly end: TextStyle;
}

export const plainStyle: TextStyle = {
  foreground: undefined,
  background: undefined,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  strike: false,
  inverse: false,
  hidden: false,
};

const rgbFlag = 0x1000000;
export const isRgb = (colour: Colour): boolean => colour >= rgbFlag;
export const rgb = (red: number, green: number, blue: number): Colour => rgbFlag | (red << 16) | (green << 8) | blue;

const esc = '\u001b';
const control = new RegExp(`[\\u0000-\\u0008\\u000a-${esc}\\u001c-\\u001f\\u007f-\\u009f]`, 'g');
const hasControl = new RegExp(control.source);
const csi = new RegExp(`${esc}\\[([0-?]*)([ -/]*)([@-~])`, 'y');
const shortEscape = new RegExp(`${esc}[ -/]*[0-~]`, 'y');
/** Titles, hyperlinks and the like: from their introducer to the bell, ST, or escape and backslash. */
const stringEscape = new RegExp(`${esc}[\\]PX^_][^\\u0007\\u009c${esc}]*(?:\\u0007|\\u009c|${esc}\\\\)`, 'y');

/**
 * Text of one line with its colours. Only colours act: every other control sequence is taken out, and a carriage
 * return lets what follows it take the place of what stood there, as progress lines want. Text is never lost to a
 * sequence that has no end.
 */
export function parseLine(text: string, start: TextStyle = plainStyle): ParsedLine {
  const line = new LineBuilder(start);
  let at = 0;
  while (at < text.length) {
    control.lastIndex = at;
    const found = control.exec(text);
    line.append(text.slice(at, found?.index ?? text.length));
    if (!found) break;
    at = afterControl(text, found.index, line);
  }
  return { spans: line.spans, end: line.style };
}

class LineBuilder {
  spans: Span[] = [];
  private returned = false;

  constructor(public style: TextStyle) {}

  append(text: string): void {
    if (text === '') return;
    if (this.returned) this.spans = [];
    this.returned = false;
    const last = this.spans.at(-1);
    if (last && last.style === this.style) this.spans[this.spans.length - 1] = { text: last.text + text, style: this.style };
    else this.spans.push({ text, style: this.style });
  }

  carriageReturn(): void {
    this.returned = true;
  }
}

function afterControl(text: string, at: number, line: LineBuilder): number {
  const character = text.charCodeAt(at);
  if (character === 0x0d) line.carriageReturn();
  if (character !== 0x1b) return at + 1;
  csi.lastIndex = at;
  const sequence = csi.exec(text);
  if (sequence) {
    if (sequence[3] === 'm' && sequence[2] === '') line.style = applySgr(line.style, sequence[1] ?? '');
    return csi.lastIndex;
  }
  stringEscape.lastIndex = at;
  if (stringEscape.test(text)) return stringEscape.lastIndex;
  shortEscape.lastIndex = at;
  return shortEscape.test(text) ? shortEscape.lastIndex : at + 1;
}

/** The style after `CSI … m`. Unknown codes change nothing; an unchanged style is the same object. */
export function applySgr(style: TextStyle, parameters: string): TextStyle {
  if (!/^[\d;:]*$/.test(parameters)) return style;
  const codes = parameters.split(';');
  let next = style;
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] ?? '';
    const number = Number.parseInt(code === '' ? '0' : code, 10);
    if (number === 38 || number === 48) {
      const { colour, used } = code.includes(':')
        ? { colour: colourOf(code.split(':').slice(1), true), used: 0 }
        : extendedColour(codes.slice(i + 1));
      i += used;
      if (colour !== undefined) next = number === 38 ? { ...next, foreground: colour } : { ...next, background: colour };
    } else if (!code.includes(':') || number === 4) {
      next = simple(next, number, code);
    }
  }
  return same(next, style) ? style : next;
}

const switches: Readonly<Record<number, Partial<TextStyle>>> = {
  0: plainStyle,
  1: { bold: true },
  2: { dim: true },
  3: { italic: true },
  4: { underline: true },
  7: { inverse: true },
  8: { hidden: true },
  9: { strike: true },
  21: { underline: true },
  22: { bold: false, dim: false },
  23: { italic: false },
  24: { underline: false },
  27: { inverse: false },
  28: { hidden: false },
  29: { strike: false },
  39: { foreground: undefined },
  49: { background: undefined },
};

function simple(style: TextStyle, code: number, text: string): TextStyle {
  if (text === '4:0') return { ...style, underline: false };
  const change = switches[code];
  if (change) return { ...style, ...change };
  if (code >= 30 && code <= 37) return { ...style, foreground: code - 30 };
  if (code >= 90 && code <= 97) return { ...style, foreground: code - 90 + 8 };
  if (code >= 40 && code <= 47) return { ...style, background: code - 40 };
  if (code >= 100 && code <= 107) return { ...style, background: code - 100 + 8 };
  return style;
}

function extendedColour(rest: readonly string[]): { colour: Colour | undefined; used: number } {
  if (rest[0] === '5') return { colour: colourOf(rest.slice(0, 2), false), used: 2 };
  if (rest[0] === '2') return { colour: colourOf(rest.slice(0, 4), false), used: 4 };
  return { colour: undefined, used: rest.length };
}

function colourOf(parts: readonly string[], mayNameSpace: boolean): Colour | undefined {
  const values = parts.slice(1).map((part) => (part === '' ? 0 : Number.parseInt(part, 10)));
  if (values.some((value) => !(value >= 0 && value <= 255))) return undefined;
  if (parts[0] === '5') return values[0] === undefined ? undefined : indexed(values[0]);
  if (parts[0] !== '2') return undefined;
  const [red, green, blue] = mayNameSpace && values.length > 3 ? values.slice(1) : values;
  return red === undefined || green === undefined || blue === undefined ? undefined : rgb(red, green, blue);
}

/** One of the 256: the first sixteen are the theme's, then a cube of 6³, then 24 greys. */
export function indexed(index: number): Colour {
  if (index < 16) return index;
  if (index >= 232) return rgb(8 + (index - 232) * 10, 8 + (index - 232) * 10, 8 + (index - 232) * 10);
  const level = (step: number): number => (step === 0 ? 0 : 55 + step * 40);
  const cube = index - 16;
  return rgb(level(Math.floor(cube / 36)), level(Math.floor(cube / 6) % 6), level(cube % 6));
}

function same(a: TextStyle, b: TextStyle): boolean {
  return (
    a.foreground === b.foreground &&
    a.background === b.background &&
    a.bold === b.bold &&
    a.dim === b.dim &&
    a.italic === b.italic &&
    a.underline === b.underline &&
    a.strike === b.strike &&
    a.inverse === b.inverse &&
    a.hidden === b.hidden
  );
}

/** The words of a line alone, as a person reads and copies them. */
export const plainText = (text: string): string =>
  hasControl.test(text)
    ? parseLine(text)
        .spans.map((span) => span.text)
        .join('')
    : text;
