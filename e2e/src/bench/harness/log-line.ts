/** A line as builds print it, 100 bytes with its end. */
const logLine = '[info] compiling module 4711 of 12345: src/services/engine/engine-core.ts, 232 lines, no warning at all';

/** A script that prints so many bytes of such lines as fast as it can. */
export const printing = (bytes: number): string => `{ yes '${logLine}' || :; } | head -c ${bytes}`;
