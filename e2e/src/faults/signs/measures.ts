/** How often a fault is made to happen, or how long it lasts: as the suite says, unless the environment says otherwise. */
export function setting(variable: string, otherwise: number): number {
  const given = Number(process.env[variable]);
  return Number.isFinite(given) && given > 0 ? given : otherwise;
}

/** Times of one kind, told as one line in the end. */
export class Times {
  private readonly taken: number[] = [];

  constructor(private readonly what: string) {}

  add(ms: number): void {
    this.taken.push(Math.round(ms));
  }

  get worst(): number {
    return Math.max(0, ...this.taken);
  }

  tell(): void {
    const sorted = this.taken.toSorted((a, b) => a - b);
    const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? 0;
    process.stdout.write(`${this.what}: median ${at(0.5)} ms, p95 ${at(0.95)} ms, worst ${this.worst} ms (${sorted.length} times)\n`);
  }
}

/** How long it takes until something has happened. */
export async function msUntil(happened: Promise<unknown>): Promise<number> {
  const since = performance.now();
  await happened;
  return performance.now() - since;
}
