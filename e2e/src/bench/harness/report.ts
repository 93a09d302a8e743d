import { figures, type Figure, type FigureName } from './figures.js';
import type { MachineFacts } from './machine.js';
import { median } from './statistics.js';

export interface Result extends Figure {
  readonly name: FigureName;
  readonly values: readonly number[];
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** How the median stands to the target: 1 or more meets it. */
  readonly ratio: number;
}

/** Of what is nothing at all where little was aimed at. */
const largestRatio = 1_000;

export function resultOf(name: FigureName, values: readonly number[]): Result {
  const figure = figures[name];
  const middle = median(values);
  const ratio = Math.min(figure.better === 'higher' ? middle / figure.target : figure.target / middle, largestRatio);
  return { name, ...figure, values, median: middle, min: Math.min(...values), max: Math.max(...values), ratio };
}

/** The machine, and a line for each figure. */
export function report(machine: MachineFacts, results: readonly Result[]): string {
  const head = ['figure', 'median', 'min', 'max', 'target', 'unit', 'ratio', ''];
  const rows = results.map((result) => [
    result.text,
    shown(result.median),
    shown(result.min),
    shown(result.max),
    `${result.better === 'higher' ? '≥' : '≤'} ${shown(result.target)}`,
    result.unit,
    shown(result.ratio),
    result.ratio >= 1 ? 'met' : 'MISSED',
  ]);
  return `${factsOf(machine)}\n\n${table([head, ...rows], [0, 5, 7])}\n`;
}

/** The figures of both, side by side, and by what factor ours is better; of what only one has, nothing. */
export function compared(ours: readonly Result[], peer: { readonly name: string; readonly results: readonly Result[] }): string {
  const rows = ours.flatMap((own) => {
    const other = peer.results.find(({ name }) => name === own.name);
    if (other === undefined) return [];
    const factor = own.better === 'higher' ? own.median / other.median : other.median / own.median;
    return [[own.text, shown(own.median), shown(other.median), own.unit, `${shown(factor)} ×`]];
  });
  return `${table([['figure', 'Drover', peer.name, 'unit', 'better by'], ...rows], [0, 3])}\n`;
}

const factsOf = (machine: MachineFacts): string =>
  [
    `${machine.processors} × ${machine.processor}, ${machine.memoryMb.toLocaleString('en')} MB, ${machine.system}, Node ${machine.node}`,
    `revision ${machine.revision}; load ${machine.loadAtStart.toFixed(2)} at the start; a durable write of 4 KB takes ${machine.syncMs.toFixed(2)} ms`,
  ].join('\n');

function table(rows: ReadonlyArray<readonly string[]>, textColumns: readonly number[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => (row[column] ?? '').length)));
  const isText = (column: number): boolean => textColumns.includes(column);
  return rows
    .map((row) =>
      row
        .map((cell, column) => (isText(column) ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

/** Three significant figures, thousands told apart. */
export function shown(value: number): string {
  if (!Number.isFinite(value)) return '–';
  const rounded = value === 0 ? 0 : Number(value.toPrecision(3));
  return rounded.toLocaleString('en', { maximumFractionDigits: 3 });
}
