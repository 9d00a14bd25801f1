import { type Logger, pino } from 'pino';

export type Log = Logger;

/** JSON lines on standard output; credentials never reach them. */
export function createLog(level: string): Log {
  return pino({
    level,
    base: null,
    timestamp: pino.stdTimeFunctions.isoTime,
    redact: ['req.headers.authorization', 'req.headers.cookie', '*.secret', '*.password'],
  });
}
