import { isRgb, type Colour } from './ansi.js';

type Rgb = readonly [number, number, number];

const parts = (colour: number): Rgb => [(colour >> 16) & 255, (colour >> 8) & 255, colour & 255];
const channel = (value: number): number => (value / 255 <= 0.04045 ? value / 255 / 12.92 : ((value / 255 + 0.055) / 1.055) ** 2.4);
const luminance = ([red, green, blue]: Rgb): number => 0.2126 * channel(red) + 0.7152 * channel(green) + 0.0722 * channel(blue);

/** WCAG contrast of two colours, each `0xrrggbb`. */
export function contrast(a: number, b: number): number {
  const [high, low] = [luminance(parts(a)), luminance(parts(b))].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

const known = new Map<number, number>();
/** Enough to read text of 12 px (WCAG AA). */
const enough = 4.5;

/** The colour itself where it can be read on the ground, else the nearest one towards black or white that can. Both `0xrrggbb`. */
export function lift(colour: number, ground: number): number {
  const key = colour * 0x1000000 + ground;
  const before = known.get(key);
  if (before !== undefined) return before;
  const lifted = contrast(colour, ground) >= enough ? colour : towards(colour, ground);
  if (known.size > 5_000) known.clear();
  known.set(key, lifted);
  return lifted;
}

function towards(colour: number, ground: number): number {
  const goal = contrast(0xffffff, ground) > contrast(0, ground) ? 0xffffff : 0;
  let low = 0;
  let high = 1;
  for (let i = 0; i < 8; i++) {
    const middle = (low + high) / 2;
    if (contrast(mix(colour, goal, middle), ground) >= enough) high = middle;
    else low = middle;
  }
  return mix(colour, goal, high);
}

function mix(from: number, to: number, share: number): number {
  const [a, b] = [parts(from), parts(to)];
  const [red, green, blue] = a.map((value, i) => Math.round(value + ((b[i] ?? 0) - value) * share)) as [number, number, number];
  return (red << 16) | (green << 8) | blue;
}

export const hex = (colour: number): string => `#${(colour & 0xffffff).toString(16).padStart(6, '0')}`;

/** `#rrggbb`, or `#rgb`, as a number; 0 for anything else. */
export function fromHex(text: string): number {
  const digits = /^#([0-9a-f]{3}|[0-9a-f]{6})$/i.exec(text.trim())?.[1] ?? '000000';
  return Number.parseInt(digits.length === 3 ? [...digits].map((digit) => digit + digit).join('') : digits, 16);
}

/** What text of an own colour looks like on an own ground: the text yields. */
export function onGround(foreground: Colour | undefined, ground: number): number {
  if (foreground !== undefined && isRgb(foreground)) return lift(foreground & 0xffffff, ground);
  return contrast(0xffffff, ground) > contrast(0, ground) ? 0xffffff : 0;
}
