import type { ExpectedRevision } from './port.ts';

/** Whether a stream is as an append expects it. */
export function isAsExpected(expected: ExpectedRevision, actual: number | 'no-stream'): boolean {
  switch (expected) {
    case 'any':
      return true;
    case 'stream-exists':
      return actual !== 'no-stream';
    default:
      return expected === actual;
  }
}
