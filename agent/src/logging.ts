import type { LogLevel } from './config.js';
import type { LogFields, Logger } from './shared/logger.js';

/** Most urgent first. */
const levels: readonly LogLevel[] = ['error', 'warn', 'info', 'debug'];

/**
 * The agent's own log, on stdout: time, level, text, then the facts as JSON. Written without a library, because on an
 * idle build machine that alone would be an eighth of the agent's memory.
 */
export function createLogger(level: LogLevel, write: (line: string) => void = (line) => void process.stdout.write(line)): Logger {
  const at =
    (own: LogLevel) =>
    (text: string, fields: LogFields = {}): void => {
      if (levels.indexOf(own) > levels.indexOf(level)) return;
      const facts = Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields)}` : '';
      write(`${new Date().toISOString()} ${own.padEnd(5)} ${text}${facts}\n`);
    };
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
