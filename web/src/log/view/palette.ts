import { isRgb, type Colour, type TextStyle } from '../text/ansi.js';
import { fromHex, hex, lift, onGround } from '../text/contrast.js';

const names = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const;
const variable = (colour: Colour): string => `var(--d-ansi-${colour >= 8 ? 'bright-' : ''}${names[colour % 8] ?? 'white'})`;

/** The ground of the log in the present theme, as `0xrrggbb`. */
export const groundOf = (host: Element): number => fromHex(getComputedStyle(host).getPropertyValue('--d-log'));

/** Gives an element the look of a style. Colours of the theme are used by name; others are lifted to be readable. */
export function paint(element: HTMLElement, style: TextStyle, ground: number): void {
  const classes = [style.bold && 'b', style.dim && 'd', style.italic && 'it', style.hidden && 'hid'].filter((name) => name !== false);
  if (classes.length > 0) element.className = classes.join(' ');
  const lines = [style.underline && 'underline', style.strike && 'line-through'].filter((name) => name !== false);
  if (lines.length > 0) element.style.textDecoration = lines.join(' ');
  const { color, background } = coloursOf(style, ground);
  if (color !== undefined) element.style.color = color;
  if (background !== undefined) element.style.background = background;
}

interface Painted {
  readonly color?: string | undefined;
  readonly background?: string | undefined;
}

/** Text and ground of a style. A ground of the theme's sixteen takes the log's own ground as its text: the pair is measured. */
export function coloursOf(style: TextStyle, ground: number): Painted {
  const text = style.inverse ? style.background : style.foreground;
  const behind = style.inverse ? (style.foreground ?? 'text') : style.background;
  if (behind === undefined)
    return { color: text === undefined ? undefined : isRgb(text) ? hex(lift(text & 0xffffff, ground)) : variable(text) };
  if (behind === 'text') return { color: 'var(--d-log)', background: 'var(--d-log-text)' };
  if (!isRgb(behind)) return { color: 'var(--d-log)', background: variable(behind) };
  return { color: hex(onGround(text, behind & 0xffffff)), background: hex(behind) };
}
