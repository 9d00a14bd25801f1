import { type DestinationStream, type Logger, pino } from 'pino';
import { readableLine } from './readable-line.ts';

export type Log = Logger;

/** Standard output or standard error. */
interface LogStream {
  readonly fd: number;
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/**
 * JSON lines, or readable ones on a terminal; credentials never reach them.
 * @param stream a server logs to standard output; a command, whose standard output is its answer, to standard error
 */
export function createLog(level: string, stream: LogStream = process.stdout): Log {
  const destination: DestinationStream = stream.isTTY
    ? { write: (line) => void stream.write(readableLine(line)) }
    : pino.destination({ dest: stream.fd, sync: true });
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      redact: ['req.headers.authorization', 'req.headers.cookie', '*.secret', '*.password'],
    },
    destination,
  );
}
