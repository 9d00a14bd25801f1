import { type Fault, shown } from './fault.ts';
import { readJson } from './json-text.ts';

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

export type Unpacked =
  | { readonly kind: 'input'; readonly input: unknown }
  | { readonly kind: 'invalid'; readonly fault: Fault };

/**
 * Decodes a CloudEvent whose JSON data arrived as base64 (JSON format §3.1: senders that treat their data as bytes write it so)
 * to one with `data`. Returns any other input unchanged.
 */
export function unpackBase64(input: unknown): Unpacked {
  if (typeof input !== 'object' || input === null || !('data_base64' in input))
    return { kind: 'input', input };
  const { data_base64: text, ...event } = input;
  // Null is the same as unset (§2.2).
  if (text === null) return { kind: 'input', input: event };
  const refuse = (was: string, expected: string): Unpacked => ({
    kind: 'invalid',
    fault: { code: 'envelope-invalid', pointer: '/data_base64', was, expected },
  });
  if ('data' in event && event.data !== null)
    return refuse('beside data', 'either data or data_base64, not both');
  if (typeof text !== 'string' || !BASE64.test(text)) return refuse(shown(text), 'base64 (RFC 4648 §4)');
  const reading = readJson(Buffer.from(text, 'base64'));
  return reading.kind === 'json'
    ? { kind: 'input', input: { ...event, data: reading.value } }
    : refuse(reading.fault.was, reading.fault.expected);
}
