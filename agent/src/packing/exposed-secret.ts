import { maskString } from '../masking/masker.js';

/** Shorter secrets are not looked for: a secret `1` or `main` would refuse most versions and protect nothing. */
export const shortestFoundBytes = 6;

export interface NamedUpload {
  readonly files: readonly string[];
  readonly package: string;
  readonly version: string;
  readonly directory: string;
}

/**
 * P3: the field whose value holds a secret, a line of one, or either as programs write it: what would be masked in a log.
 * Coordinates and file names of a package are shown to everyone who may see it.
 */
export function exposedSecret(upload: NamedUpload, secrets: readonly string[]): keyof NamedUpload | undefined {
  const values = secrets.filter((secret) => Buffer.byteLength(secret.trim()) >= shortestFoundBytes);
  const holds = (text: string): boolean => maskString(text, values) !== text;
  if (holds(upload.package)) return 'package';
  if (holds(upload.version)) return 'version';
  if (holds(upload.directory)) return 'directory';
  return upload.files.some(holds) ? 'files' : undefined;
}
