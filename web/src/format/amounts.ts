const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;

const two = (value: number): string => String(value).padStart(2, '0');

/** `48s`, `4m 22s`, `1h 04m`, in every language. Below a second `0s`; negative counts as zero. */
export function duration(ms: number): string {
  const whole = Math.max(0, Math.floor(ms / second));
  if (whole < 60) return `${whole}s`;
  if (whole < 3_600) return `${Math.floor(whole / 60)}m ${two(whole % 60)}s`;
  return `${Math.floor(whole / 3_600)}h ${two(Math.floor((whole % 3_600) / 60))}m`;
}

/** `512 B`, `38.4 MB`: decimal units, three figures. */
export function size(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'] as const;
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? 'B'}`;
}

/** Counts above 10 000 as `10k+`. */
export const count = (value: number): string => (value > 10_000 ? '10k+' : String(value));

export const durations = { second, minute, hour, day: 24 * hour } as const;
