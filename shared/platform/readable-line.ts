import { pino } from 'pino';

/** One JSON line of the log as a person reads it on a terminal: time of day, level if it is not `info`, message, the rest. */
export function readableLine(json: string): string {
  const { level, time, msg, err, address, ...rest } = JSON.parse(json) as Record<string, unknown>;
  const label = pino.levels.labels[Number(level)] ?? '';
  const details = Object.entries(rest).map(
    ([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  const line = [
    new Date(String(time)).toTimeString().slice(0, 8),
    ...(label === 'info' ? [] : [label.toUpperCase()]),
    // The next step after the start of a server.
    msg === 'ready' && address !== undefined ? `ready: open ${String(address)}` : msg,
    ...details,
  ].join('  ');
  return `${line}\n${stackOf(err)}`;
}

function stackOf(err: unknown): string {
  if (typeof err !== 'object' || err === null) return '';
  const { stack, message } = err as { readonly stack?: unknown; readonly message?: unknown };
  return `${String(stack ?? message)}\n`;
}
