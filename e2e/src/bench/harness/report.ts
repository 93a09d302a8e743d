import { figureOf, type Figure, type FigureName, type FloorTarget } from './figures.js';
import { floorNames, floors, type FloorName } from './floors.js';
import type { MachineFacts } from './machine.js';
import { median } from './statistics.js';

/** What was measured of each floor, in this run. */
export type FloorValues = ReadonlyMap<FloorName, readonly number[]>;

export interface Result extends Omit<Figure, 'target'> {
  readonly name: FigureName;
  readonly values: readonly number[];
  readonly median: number;
  readonly min: number;
  readonly max: number;
  /** Of this machine, in the figure's unit. Absent where the target is the same on any machine. */
  readonly floor?: number;
  /** In the figure's unit: on this machine, where it rests on floors. NaN where a floor was not measured. */
  readonly target: number;
  /** How the median stands to the target: 1 or more meets it. */
  readonly ratio: number;
}

/** Where little was aimed at and nothing was measured. */
const largestRatio = 1_000;

export function resultOf(name: FigureName, values: readonly number[], measured: FloorValues): Result {
  const { target, ...figure } = figureOf(name);
  const middle = median(values);
  const floor = 'floor' in target ? floorValue(figure, target, measured) : undefined;
  const aim = 'floor' in target ? (floor ?? NaN) * target.ratio : target.fixed;
  const ratio = Math.min(figure.better === 'higher' ? middle / aim : aim / middle, largestRatio);
  const range = { median: middle, min: Math.min(...values), max: Math.max(...values) };
  return { name, ...figure, values, ...range, target: aim, ...(floor === undefined ? {} : { floor }), ratio };
}

/** The sum of its parts; where the parts are times and the figure is a rate, so many of them in a second. */
function floorValue({ better }: Pick<Figure, 'better'>, { floor }: FloorTarget, measured: FloorValues): number {
  const parts = Object.entries(floor) as Array<[FloorName, number]>;
  const sum = parts.reduce((total, [name, count]) => total + count * median(measured.get(name) ?? []), 0);
  return better === 'higher' && parts.every(([name]) => floors[name].unit === 'ms') ? 1_000 / sum : sum;
}

/** The machine with its floors, and a line for each figure. */
export function report(machine: MachineFacts, measured: FloorValues, results: readonly Result[]): string {
  const floorRows = floorNames.flatMap((name) => {
    const values = measured.get(name);
    if (values === undefined) return [];
    return [[floors[name].text, shown(median(values)), shown(Math.min(...values)), shown(Math.max(...values)), floors[name].unit]];
  });
  const rows = results.map((result) => [
    result.text,
    shown(result.median),
    shown(result.min),
    shown(result.max),
    result.unit,
    shown(result.floor ?? NaN),
    `${shown(result.median / (result.floor ?? NaN))} ×`,
    `${result.better === 'higher' ? '≥' : '≤'} ${shown(result.target)}`,
    shown(result.ratio),
    verdict(result),
  ]);
  const floorTable = table([['floor of this machine', 'median', 'min', 'max', 'unit'], ...floorRows], [0, 4]);
  const head = ['figure', 'median', 'min', 'max', 'unit', 'floor', 'of it', 'target', 'ratio', ''];
  return `${factsOf(machine)}\n\n${floorTable}\n\n${table([head, ...rows], [0, 4, 9])}\n`;
}

const verdict = ({ ratio }: Result): string => (Number.isNaN(ratio) ? 'no floor' : ratio >= 1 ? 'met' : 'MISSED');

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
    `revision ${machine.revision}; load ${machine.loadAtStart.toFixed(2)} at the start`,
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
