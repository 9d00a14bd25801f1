/** version-trace-parent-flags in lower case, neither id all zeros; a version after 00 may add to it. */
const WELL_FORMED = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-[!-~]*)?$/;
const LENGTH = 55;
const LIMIT = 100;

/**
 * Validates a W3C `traceparent` of a sender (https://www.w3.org/TR/trace-context/#traceparent-header); undefined for anything
 * else. A trace is for people and not part of the content: a damaged one is left out and never a reason to refuse the event.
 */
export function traceparentOf(written: unknown): string | undefined {
  if (typeof written !== 'string') return undefined;
  const text = written.trim();
  if (text.length > LIMIT || !WELL_FORMED.test(text)) return undefined;
  return text.startsWith('00-') && text.length > LENGTH ? undefined : text;
}
