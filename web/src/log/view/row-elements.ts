import type { StepRecord } from '@drover/protocol/agent';
import type { LogLine } from '@drover/protocol/api';
import { showDirections } from '../../directions/directions.js';
import { matches } from '../find/search.js';
import type { ParsedLine, Span } from '../text/ansi.js';
import { paint } from './palette.js';

const make = <K extends keyof HTMLElementTagNameMap>(tag: K, className: string, text?: string): HTMLElementTagNameMap[K] => {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
};

export interface LineLook {
  readonly number: number;
  readonly line: LogLine | undefined;
  readonly parsed: ParsedLine | undefined;
  readonly error: boolean;
  readonly linked: boolean;
  readonly growing: boolean;
  readonly query: string;
  readonly current: boolean;
}

export interface RowTexts {
  readonly clock: (at: number) => string;
  readonly cutLine: string;
  readonly masked: string;
}

/** The elements of one line: its number, its time, its text. As many as are on the screen; they are used again for other lines. */
export interface LineElements {
  readonly row: HTMLElement;
  readonly number: HTMLElement;
  readonly time: HTMLElement;
  readonly text: HTMLElement;
}

export function lineElements(): LineElements {
  const line = { row: make('div', 'ln'), number: make('a', 'no'), time: make('time', ''), text: make('span', 'tx') };
  line.number.tabIndex = -1;
  line.row.append(line.number, line.time, line.text);
  return line;
}

/** Makes the elements show a line, whatever they showed before. */
export function fillLine({ row, number, time, text }: LineElements, look: LineLook, ground: number, texts: RowTexts): void {
  const name = rowClass(look);
  if (row.className !== name) row.className = name;
  row.dataset['line'] = String(look.number);
  number.textContent = String(look.number + 1);
  number.setAttribute('href', `#L${look.number + 1}`);
  const at = look.line?.at;
  time.textContent = at === undefined ? '' : texts.clock(at);
  text.replaceChildren(...(look.parsed ? styled(look.parsed.spans, look, ground, texts) : []));
  if (look.line?.cut === true) text.append(make('span', 'cut-note', ` … ${texts.cutLine}`));
}

function rowClass({ line, error, linked, growing, current }: LineLook): string {
  return ['ln', !line && 'unread', error && 'err', linked && 'linked', growing && 'last', current && 'hit']
    .filter((name) => name !== false)
    .join(' ');
}

function styled(spans: readonly Span[], look: LineLook, ground: number, texts: RowTexts): Node[] {
  const found = look.query === '' ? [] : matches(spans.map(({ text }) => text).join(''), look.query);
  let at = 0;
  return spans.flatMap(({ text, style }) => {
    const start = at;
    at += text.length;
    const inside = found
      .map(([from, to]): [number, number] => [Math.max(from, start) - start, Math.min(to, at) - start])
      .filter(([from, to]) => from < to);
    const parts = inside.length === 0 ? masked(text, texts) : marked(text, inside);
    if (
      style.foreground === undefined &&
      style.background === undefined &&
      !style.bold &&
      !style.dim &&
      !style.italic &&
      !style.underline &&
      !style.strike &&
      !style.inverse &&
      !style.hidden
    )
      return parts;
    const span = make('span', '');
    paint(span, style, ground);
    span.append(...parts);
    return [span];
  });
}

const plain = (text: string): Text => document.createTextNode(showDirections(text));

function marked(text: string, ranges: readonly (readonly [number, number])[]): Node[] {
  const nodes: Node[] = [];
  let at = 0;
  for (const [from, to] of ranges) {
    if (from > at) nodes.push(plain(text.slice(at, from)));
    nodes.push(make('mark', '', showDirections(text.slice(from, to))));
    at = to;
  }
  if (at < text.length) nodes.push(plain(text.slice(at)));
  return nodes;
}

/** What the agent puts in the place of a secret. */
const mask = /(•{4,}|\*{6,})/;

function masked(text: string, texts: RowTexts): Node[] {
  if (!mask.test(text)) return [plain(text)];
  return text
    .split(mask)
    .filter((part) => part !== '')
    .map((part) => {
      if (!mask.test(part)) return plain(part);
      const element = make('span', 'masked', part);
      element.title = texts.masked;
      return element;
    });
}

export interface StepLook {
  readonly step: StepRecord;
  readonly open: boolean;
  /** SVG of the step's mark; drawn once by the page, copied here. */
  readonly mark: Element | undefined;
  readonly took: string;
}

/** The head of a step, which folds and unfolds its lines. */
export function stepElement({ step, open, mark, took }: StepLook): HTMLElement {
  const head = make('div', `fold${open ? ' open' : ''}${step.state === 'skipped' ? ' wait' : ''}`);
  head.dataset['step'] = String(step.index);
  const button = make('button', 'fold-button');
  button.type = 'button';
  button.setAttribute('aria-expanded', String(open));
  const name = make('b', '', showDirections(step.name));
  button.append(make('span', `caret${open ? ' down' : ''}`), ...(mark ? [mark.cloneNode(true)] : []), name);
  if (step.fact !== undefined) button.append(make('span', 'fact', showDirections(step.fact)));
  button.append(make('span', 'grow'), make('span', 'faint num', took));
  head.append(button);
  return head;
}

export const noteElement = (text: string): HTMLElement => make('div', 'log-note', text);
