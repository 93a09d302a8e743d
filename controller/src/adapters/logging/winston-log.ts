import winston from 'winston';
import type { Log, LogFields } from '../../services/ports/environment.js';

export const logLevels = ['error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];

const secretName = /pass(?:word|phrase)|secret|token|authorization|cookie|private_?key|credential|known_?hosts/i;
const maxTextLength = 4_000;
const maxDepth = 5;

/** O4: one JSON line for each event on standard error, so that what the program says to a person stays apart from it. */
export function createLog({ level, stream = process.stderr }: { readonly level: LogLevel; readonly stream?: NodeJS.WritableStream }): Log {
  const logger = winston.createLogger({
    level,
    format: winston.format.combine(winston.format.timestamp(), winston.format.json()),
    transports: [new winston.transports.Stream({ stream })],
  });
  return wrap(logger, {});
}

function wrap(logger: winston.Logger, fixed: LogFields): Log {
  const at =
    (level: LogLevel) =>
    (text: string, fields: LogFields = {}) => {
      if (logger.isLevelEnabled(level)) logger.log({ level, message: text, ...cleaned({ ...fixed, ...fields }) });
    };
  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    with: (fields) => wrap(logger, { ...fixed, ...fields }),
  };
}

/** Fields as they may be written: errors in words, nothing whose name speaks of a secret, nothing endless. */
export function cleaned(fields: LogFields): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name === 'level' || name === 'message' ? `${name}_` : name,
      secretName.test(name) ? '(hidden)' : plain(value, 0),
    ]),
  );
}

function plain(value: unknown, depth: number): unknown {
  if (value instanceof Error) return errorFacts(value, depth);
  if (typeof value === 'string') return value.length > maxTextLength ? `${value.slice(0, maxTextLength)}…` : value;
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= maxDepth) return '…';
  if (Array.isArray(value)) return value.slice(0, 50).map((part) => plain(part, depth + 1));
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [name, secretName.test(name) ? '(hidden)' : plain(part, depth + 1)]),
  );
}

function errorFacts(error: Error, depth: number): Record<string, unknown> {
  const code = 'code' in error ? { code: error.code } : {};
  const cause = error.cause === undefined || depth >= maxDepth ? {} : { cause: plain(error.cause, depth + 1) };
  return {
    name: error.name,
    message: withoutCredentials(error.message).slice(0, maxTextLength),
    ...code,
    stack: error.stack
      ?.split('\n')
      .slice(1, 8)
      .map((line) => line.trim()),
    ...cause,
  };
}

/** Addresses may carry a user and a password. */
const withoutCredentials = (text: string): string => text.replace(/\b([a-z][a-z0-9+.-]{0,30}:\/\/)[^\s/@]*@/gi, '$1…@');
