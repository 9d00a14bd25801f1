import { MIMEType } from 'node:util';
import { shown } from '../../contracts/fault.ts';
import { type Parsed, unreadable } from './element.ts';

/** Bounds on a multipart body. Its whole size is bounded by the door it came through. */
export const MIME_LIMITS = { parts: 1_000, headerBytes: 16 << 10 } as const;

/** The bytes of the message in a MIME entity, or why there is none. */
export type RootPart = { readonly kind: 'root'; readonly bytes: Buffer } | (Parsed & { kind: 'invalid' });

/** Whether a body may be MIME: it begins with a header field (RFC 5322 §2.2) or with a delimiter. */
export const looksLikeMime = (bytes: Buffer): boolean =>
  /^\s*(?:--|[!-9;-~]{1,70}:)/.test(bytes.toString('latin1', 0, 200));

/**
 * The message in a `multipart/related` entity (RFC 2046 §5.1, RFC 2387): its root part. The other parts are files; they are
 * neither read nor kept. Lines end with CRLF or LF. Strict where leniency would lose something: an entity without its closing
 * delimiter was cut off, and an apparent second message is a fault.
 * @param contentType of the request; the entity's own header, where it begins with one, comes first
 */
export function rootPart(body: Buffer, contentType: string | undefined): RootPart {
  const start = Math.max(
    0,
    body.findIndex((byte) => byte !== LF && byte !== CR),
  );
  const bytes = body.subarray(start);
  const head = headOf(bytes);
  const own = head.kind === 'head' ? head.fields.get('content-type') : undefined;
  if (head.kind === 'head' && own !== undefined) return rootOf(bytes.subarray(head.end), own);
  const isHeader = contentType === undefined && !bytes.toString('latin1', 0, 2).startsWith('--');
  return head.kind === 'invalid' && isHeader ? head : rootOf(bytes, contentType);
}

const LF = 0x0a;
const CR = 0x0d;

function rootOf(bytes: Buffer, contentType: string | undefined): RootPart {
  const type = mimeType(contentType);
  if (type?.essence !== 'multipart/related') {
    return unreadable(shown(contentType), 'a Content-Type of multipart/related with its boundary');
  }
  const boundary = type.params.get('boundary') ?? '';
  if (boundary === '' || boundary.length > 70) {
    return unreadable(shown(boundary), 'a boundary of 1 to 70 characters in Content-Type');
  }
  const found = partsOf(bytes, boundary);
  if (found.kind === 'invalid') return found;
  const wanted = bare(type.params.get('start') ?? '');
  const root = found.parts.find(
    ({ fields }) => wanted !== '' && bare(fields.get('content-id') ?? '') === wanted,
  );
  const chosen = root ?? found.parts[0];
  if (!chosen) return unreadable('no part', 'a first part that holds the message');
  const second = found.parts.find((part) => part !== chosen && isMessage(part.content));
  if (second) return unreadable('a second message in a later part', 'one message in a multipart body');
  return decoded(chosen);
}

/** `<1.edxml>` and `1.edxml` are the same id. */
const bare = (id: string): string => id.trim().replace(/^<(.*)>$/, '$1');

function mimeType(text: string | undefined): MIMEType | undefined {
  try {
    return text === undefined ? undefined : new MIMEType(text);
  } catch {
    return undefined;
  }
}

interface Part {
  readonly fields: ReadonlyMap<string, string>;
  readonly content: Buffer;
}

function partsOf(
  bytes: Buffer,
  boundary: string,
): { readonly kind: 'parts'; readonly parts: readonly Part[] } | (Parsed & { kind: 'invalid' }) {
  const parts: Part[] = [];
  let from: number | undefined;
  for (const line of delimiterLines(bytes, boundary)) {
    if (from !== undefined) {
      if (parts.length === MIME_LIMITS.parts)
        return unreadable('more parts', `at most ${MIME_LIMITS.parts} parts`);
      const head = headOf(bytes.subarray(from, line.start));
      if (head.kind === 'invalid') return head;
      parts.push({
        fields: head.fields,
        content: bytes.subarray(from + head.end, Math.max(from + head.end, line.start)),
      });
    }
    from = line.end;
    if (!line.closing) continue;
    const rest = bytes.subarray(line.end);
    return rest.toString('latin1').trim() === ''
      ? { kind: 'parts', parts }
      : unreadable(`${rest.length} bytes after the closing delimiter`, `nothing after --${boundary}--`);
  }
  const was = from === undefined ? 'no delimiter' : 'no closing delimiter: the body was cut off';
  return unreadable(was, `parts between lines --${boundary}, the last one ended by --${boundary}--`);
}

interface DelimiterLine {
  /** Where the line break before it begins: that belongs to the delimiter, not to the part. */
  readonly start: number;
  readonly end: number;
  readonly closing: boolean;
}

/** Every line that is a delimiter; the boundary elsewhere in a line, or as the beginning of a longer one, is content. */
function* delimiterLines(bytes: Buffer, boundary: string): Generator<DelimiterLine> {
  const delimiter = Buffer.from(`--${boundary}`, 'latin1');
  for (let at = bytes.indexOf(delimiter); at >= 0; at = bytes.indexOf(delimiter, at + 1)) {
    if (at > 0 && bytes[at - 1] !== LF) continue;
    const after = at + delimiter.length;
    // Longer than any padding, so that the line break is in it.
    const rest = /^(--)?[ \t]*(?:\r?\n|$)/.exec(bytes.toString('latin1', after, after + 256));
    if (!rest) continue;
    const breakBefore = at > 1 && bytes[at - 2] === CR ? 2 : Math.min(at, 1);
    yield { start: at - breakBefore, end: after + rest[0].length, closing: rest[1] !== undefined };
  }
}

/** The header fields at the beginning of an entity, by their names in lower case, and where the content begins. */
function headOf(
  bytes: Buffer,
):
  | { readonly kind: 'head'; readonly fields: ReadonlyMap<string, string>; readonly end: number }
  | (Parsed & { kind: 'invalid' }) {
  const text = bytes.toString('latin1', 0, MIME_LIMITS.headerBytes);
  const blank = /^\r?\n|\r?\n\r?\n/.exec(text);
  // An empty part gives its blank line to the delimiter after it.
  const end = blank ? blank.index + blank[0].length : text.length;
  if (!blank && bytes.length > text.length) {
    return unreadable(
      'a longer header',
      `a header of at most ${MIME_LIMITS.headerBytes} bytes, then a blank line`,
    );
  }
  const fields = new Map<string, string>();
  for (const line of text
    .slice(0, end)
    .replace(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/)) {
    if (line === '') continue;
    const [, name, value = ''] = /^([!-9;-~]+)[ \t]*:(.*)$/.exec(line) ?? [];
    if (name === undefined)
      return unreadable(shown(line), 'a header field "Name: value" on each line of a header');
    const key = name.toLowerCase();
    if (fields.has(key) && SINGLE.has(key)) return unreadable(`${name} twice`, `${name} once in a header`);
    fields.set(key, value.trim());
  }
  return { kind: 'head', fields, end };
}

/** Header fields that decide how a part is read. */
const SINGLE = new Set(['content-type', 'content-id', 'content-transfer-encoding']);

/** The content of the root part as it was before it was encoded for transfer (RFC 2045 §6). */
function decoded({ fields, content }: Part): RootPart {
  const type = mimeType(fields.get('content-type'));
  const charset = type?.params.get('charset') ?? 'utf-8';
  if (type?.type === 'multipart') return unreadable(type.essence, 'a first part that is no multipart itself');
  if (!/^(utf-?8|us-ascii)$/i.test(charset)) return unreadable(`charset ${charset}`, 'a first part in UTF-8');
  const encoding = (fields.get('content-transfer-encoding') ?? 'binary').toLowerCase();
  if (/^(7bit|8bit|binary)$/.test(encoding)) return { kind: 'root', bytes: content };
  if (encoding !== 'base64') {
    return unreadable(shown(encoding), 'a Content-Transfer-Encoding of 7bit, 8bit, binary or base64');
  }
  const bytes = fromBase64(content.toString('latin1'));
  return bytes ? { kind: 'root', bytes } : unreadable('other characters', 'base64 in the first part');
}

/** Strict, except for line breaks: Node skips characters that are not base64. */
export function fromBase64(text: string): Buffer | undefined {
  const packed = text.replace(/\s+/g, '');
  return /^[A-Za-z0-9+/]*={0,2}$/.test(packed) && packed.length % 4 === 0
    ? Buffer.from(packed, 'base64')
    : undefined;
}

/** Whether a part that is not the root begins as a message does. An attached XML file has another root. */
const isMessage = (content: Buffer): boolean =>
  /^(?:\xef\xbb\xbf)?\s*(?:<\?[^>]*>\s*|<!--[^>]*-->\s*)*<(?:[\w.-]+:)?(?:Envelope|edXML|edXMLEnvelope|message)[\s>/]/.test(
    content.toString('latin1', 0, 2_000),
  );
