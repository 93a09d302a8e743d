export interface StartOptions {
  readonly port: number;
  readonly dataDir: string;
  readonly sample: boolean;
  readonly agent: boolean;
  readonly help: boolean;
}
export const defaultPort: number;
export const help: string;
export function parseOptions(args: readonly string[], root: string): StartOptions;
