import { createLogger as createWinston, format, transports } from 'winston';
import type { LogLevel } from './config.js';
import type { Logger } from './shared/logger.js';

/** The agent's own log, on stdout: time, level, text, then the facts as JSON. */
export function createLogger(level: LogLevel): Logger {
  const line = format.printf(({ timestamp, level: word, message, ...fields }) => {
    const facts = Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields)}` : '';
    return `${String(timestamp)} ${word.padEnd(5)} ${String(message)}${facts}`;
  });
  const winston = createWinston({ level, format: format.combine(format.timestamp(), line), transports: [new transports.Console()] });
  return {
    debug: (text, fields) => void winston.debug(text, fields),
    info: (text, fields) => void winston.info(text, fields),
    warn: (text, fields) => void winston.warn(text, fields),
    error: (text, fields) => void winston.error(text, fields),
  };
}
